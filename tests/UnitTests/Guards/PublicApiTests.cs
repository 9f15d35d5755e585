using System.Reflection;

namespace Haul.UnitTests.Guards;

/// <summary>What programs may rely on, held against the listing that was committed.</summary>
public sealed class PublicApiTests
{
    const string Folder = "tests/UnitTests/Guards/PublicApi";

    // Only these have a public surface; each counts from the day it is there.
    static readonly string[] _published = ["Protocol", "Client"];

    public static TheoryData<string> Published =>
        [.. _published.Where(project => File.Exists(Repository.Full($"src/{project}/Haul.{project}.csproj"))).Select(project => $"Haul.{project}")];

    [Theory]
    [MemberData(nameof(Published))]
    public void The_public_surface_is_the_one_that_was_committed(string assembly)
    {
        var path = Repository.Full($"{Folder}/{assembly}.txt");
        var now = PublicApiListing.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
            File.WriteAllText(path, string.Concat(now.Select(line => line + "\n")));

        var committed = File.Exists(path) ? File.ReadAllLines(path) : [];
        Repository.AssertNone(
            [.. now.Except(committed).Select(line => $"+ {line}"), .. committed.Except(now).Select(line => $"- {line}")],
            $"The public surface of {assembly} has changed. If that is meant, run the unit tests once with UPDATE_PUBLIC_API=1, commit "
            + $"{Folder}/{assembly}.txt with the change and give it a line in CHANGELOG.md; if not, make the member internal or restore it.");
    }

    [Theory]
    [InlineData("Engine")]
    [InlineData("Agent")]
    [InlineData("Tracker")]
    [InlineData("Cli")]
    public void Nothing_else_is_public(string project)
    {
        var folder = $"src/{project}/";
        Repository.AssertNone(
            from source in Repository.Sources
            where source.Path.StartsWith(folder, StringComparison.Ordinal)
            from type in source.TopLevelTypes
            where type.Modifiers.Any(modifier => modifier.Text == "public")
            select $"{source.At(type)}: {SourceFile.NameOf(type)} is public",
            "Leave the word away: internal is the default, and tests see it through InternalsVisibleTo.");
    }
}
