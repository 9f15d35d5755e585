using System.Diagnostics;

namespace Haul.SystemTests.Processes;

/// <summary>The checkout that these tests were built from.</summary>
static class Checkout
{
    /// <summary>The folder of Haul.slnx, found by walking up from the test program.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Haul.slnx")))
                return folder.FullName;
        }
        throw new UnreachableException("No Haul.slnx above the test program: run the tests from a checkout.");
    }
}
