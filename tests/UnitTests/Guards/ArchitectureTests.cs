using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Haul.UnitTests.Guards;

/// <summary>Who may use whom, read from the two tables of docs/architecture.md and held against the sources.</summary>
public sealed class ArchitectureTests
{
    const string Page = "docs/architecture.md";
    const string EngineFolder = "src/Engine/";

    // Read once: row name -> the names it may use; null stands for "everything".
    static readonly Dictionary<string, HashSet<string>?> _layers = ReadTable("folder", "may use");
    static readonly Dictionary<string, HashSet<string>?> _projects = ReadTable("project", "may reference");

    // The folder of each type of Engine, to tell `Store.Open` the type's use from a property that is called Store.
    static readonly HashSet<string> _typesByFolder =
        [.. EngineFiles().SelectMany(file => file.Source.TopLevelTypes.Select(type => $"{file.Folder}.{SourceFile.NameOf(type)}"))];

    [Fact]
    public void Every_folder_of_the_engine_has_a_row_in_the_layer_table() =>
        Repository.AssertNone(
            EngineFiles().Select(file => file.Folder).Where(folder => !_layers.ContainsKey(folder)).Select(folder => $"{EngineFolder}{folder} has no row"),
            $"Add the folder to the layer table of {Page}, below all that use it; if it fits nowhere, it is not one idea.");

    [Fact]
    public void Every_row_of_the_layer_table_is_a_folder_of_the_engine()
    {
        var folders = EngineFiles().Select(file => file.Folder).ToHashSet();

        Repository.AssertNone(
            _layers.Keys.Where(name => !folders.Contains(name)).Select(name => $"{Page} names {name}"),
            "Take the row away, or restore the folder.");
    }

    [Fact]
    public void A_folder_of_the_engine_uses_only_the_folders_of_its_row() =>
        Repository.AssertNone(
            from file in EngineFiles()
            where _layers.GetValueOrDefault(file.Folder) is not null
            from use in UsesOf(file.Source)
            where use.Folder != file.Folder && _layers.ContainsKey(use.Folder) && !_layers[file.Folder]!.Contains(use.Folder)
            select $"{file.Source.At(use.Node)}: {file.Folder} uses {use.Folder}",
            $"Move the code to the folder that may know both, or pass the fact in from above. The layer table of {Page} changes only with a decision record.");

    [Fact]
    public void Beside_the_folders_stands_only_the_composition() =>
        Repository.AssertNone(
            Repository.Sources.Select(source => source.Path)
                .Where(path => path.StartsWith(EngineFolder, StringComparison.Ordinal) && path.LastIndexOf('/') == EngineFolder.Length - 1)
                .Where(path => path[EngineFolder.Length..] is not ("HaulEngine.cs" or "EngineParts.cs" or "EnginePeers.cs" or "EngineState.cs")),
            "Only HaulEngine.cs, which sees every folder, lies at the root: put the type into the folder whose idea it belongs to.");

    [Fact]
    public void No_folder_of_the_engine_is_opened_to_all_files_at_once() =>
        Repository.AssertNone(
            Repository.Sources.Where(source => source.Path.StartsWith(EngineFolder, StringComparison.Ordinal))
                .SelectMany(source => source.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>()
                    .Where(directive => directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))
                    .Select(source.At))
                .Concat(Regex.IsMatch(Repository.Read($"{EngineFolder}Haul.Engine.csproj"), "<Using Include=\"Haul\\.Engine") ? [$"{EngineFolder}Haul.Engine.csproj"] : []),
            "Write the using in each file that needs it: a global one hides who uses whom from the layer test.");

    [Fact]
    public void A_project_references_only_the_projects_of_its_row() =>
        Repository.AssertNone(
            from path in Repository.TextFiles
            where path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)
            let project = path.Split('/')[1]
            from reference in ReferencesOf(path)
            where !_projects.TryGetValue(project, out var allowed) || (allowed is not null && !allowed.Contains(reference))
            select $"{path} references {reference}",
            $"Go through the project between, or move the code down. The project table of {Page} changes only with a decision record.");

    [Fact]
    public void The_wire_depends_on_no_package_but_analyzers() =>
        Repository.AssertNone(
            XDocument.Load(Repository.Full("src/Protocol/Haul.Protocol.csproj")).Descendants("PackageReference")
                .Where(package => package.Attribute("PrivateAssets")?.Value != "all")
                .Select(package => $"Haul.Protocol takes {package.Attribute("Include")?.Value}"),
            "Protocol is records, codecs and numbers: code that needs a package belongs to a project above it.");

    static IEnumerable<(string Folder, SourceFile Source)> EngineFiles() =>
        from source in Repository.Sources
        where source.Path.StartsWith(EngineFolder, StringComparison.Ordinal)
        let parts = source.Path[EngineFolder.Length..].Split('/')
        where parts.Length > 1
        select (parts[0], source);

    // `using Haul.Engine.X`, a qualified Haul.Engine.X or Engine.X anywhere, and X.Type where folder X declares Type.
    static IEnumerable<(string Folder, SyntaxNode Node)> UsesOf(SourceFile source)
    {
        foreach (var node in source.Syntax.DescendantNodes())
        {
            if (node.Parent is BaseNamespaceDeclarationSyntax || node is not (QualifiedNameSyntax or MemberAccessExpressionSyntax))
                continue;
            var parts = node.ToString().Replace("global::", "", StringComparison.Ordinal).Split('.');
            if (parts is ["Haul", "Engine", var absolute, ..])
                yield return (absolute, node);
            else if (parts is ["Engine", var relative, ..])
                yield return (relative, node);
            else if (_typesByFolder.Contains($"{parts[0]}.{parts[1].Split('<')[0]}"))
                yield return (parts[0], node);
        }
    }

    static IEnumerable<string> ReferencesOf(string project) =>
        from reference in XDocument.Load(Repository.Full(project)).Descendants("ProjectReference")
        let path = reference.Attribute("Include")!.Value.Replace('\\', '/')
        select Path.GetFileName(Path.GetDirectoryName(path))!;

    /// <summary>Reads a table whose first column is a name in backticks and whose second lists names in backticks.</summary>
    /// <remarks>A row may hold several names before the bar; "everything" in the second column lifts the limit.</remarks>
    static Dictionary<string, HashSet<string>?> ReadTable(string first, string second)
    {
        var rows = Repository.Read(Page).Split('\n')
            .SkipWhile(line => !line.StartsWith($"| {first} | {second}", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|'));
        var table = new Dictionary<string, HashSet<string>?>();
        foreach (var row in rows)
        {
            var allowed = row[2].Contains("everything", StringComparison.Ordinal) ? null : Names(row[2]).ToHashSet();
            foreach (var name in Names(row[1]))
                table.Add(name, allowed);
        }
        Assert.True(table.Count > 2, $"{Page} has no table '| {first} | {second} ...' with names in backticks: write it again.");
        return table;
    }

    static IEnumerable<string> Names(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);
}
