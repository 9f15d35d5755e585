namespace Haul.SystemTests.Processes;

/// <summary>The built haul program: HAUL_BIN, else the one that was built beside these tests.</summary>
static class HaulProgram
{
    public static string Path { get; } = Find();

    /// <summary>The checkout.</summary>
    public static string Root { get; } = FindRoot();

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Haul.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} lies in no checkout");
        return folder.FullName;
    }

    static string Find()
    {
        if (Environment.GetEnvironmentVariable("HAUL_BIN") is { Length: > 0 } named)
            return named;
        // artifacts/bin/Haul.SystemTests/CONFIGURATION/ -> artifacts/bin/Haul.Cli/CONFIGURATION/haul
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = System.IO.Path.Combine(here.Parent!.Parent!.FullName, "Haul.Cli", here.Name, OperatingSystem.IsWindows() ? "haul.exe" : "haul");
        return File.Exists(program) ? program : throw new FileNotFoundException($"{program} is not built: dotnet build src/Cli -c {here.Name}");
    }
}
