using System.Text.RegularExpressions;
using Haul.Protocol.Contract;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Haul.UnitTests.Guards;

/// <summary>What the pages say about the tree, held against the tree.</summary>
public sealed partial class DocsTests
{
    static readonly string[] _codeEndings = [".cs", ".csproj", ".md", ".slnx", ".props", ".sh", ".h", ".txt"];

    // Every name that the code uses and every type of the runtime: a page may speak of no other.
    static readonly HashSet<string> _names =
        [.. typeof(object).Assembly.GetExportedTypes().Select(type => type.Name), .. Repository.Sources.SelectMany(source => source.Syntax.DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text)];

    static readonly HashSet<string> _folders =
        [.. Repository.TextFiles.SelectMany(path => Enumerable.Range(0, path.Length).Where(i => path[i] == '/').Select(i => path[..(i + 1)]))];

    [Fact]
    public void A_code_name_on_a_page_exists_in_the_code() =>
        Repository.AssertNone(
            from span in CodeSpans()
            where TypeName().IsMatch(span.Text)
            from part in span.Text.Split('.', '(', '<', '>', ')').Where(part => part.Length > 0)
            where !_names.Contains(part) && !IsFileName(span.Text)
            select $"{span.At}: `{span.Text}`",
            "The type or member was renamed or is gone: write the name it has now, or speak of the idea without backticks.");

    [Fact]
    public void A_path_on_a_page_exists_in_the_tree() =>
        Repository.AssertNone(
            from span in CodeSpans()
            where IsFileName(span.Text) && !Exists(span.Text)
            select $"{span.At}: `{span.Text}`",
            "The file was moved or is gone: write the path it has now.");

    [Fact]
    public void A_result_code_on_a_page_exists_in_the_contract() =>
        Repository.AssertNone(
            from span in CodeSpans()
            from Match name in ResultCode().Matches(span.Text)
            where HResults.FromName(name.Value) is null
            select $"{span.At}: {name.Value}",
            "Use a name from HResults.");

    [Fact]
    public void A_relative_link_leads_to_a_page() =>
        Repository.AssertNone(
            from page in Repository.Pages
            from Match link in Link().Matches(WithoutFences(Repository.Read(page)))
            let target = link.Groups[1].Value
            where !target.Contains(':', StringComparison.Ordinal) && !LeadsSomewhere(page, target)
            select $"{page}: {target}",
            "Links are relative to the page they stand on; the part after # is the heading in lower case with hyphens.");

    [Fact]
    public void Decisions_are_numbered_without_gaps()
    {
        var numbers = Repository.Pages.Where(page => page.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(page => Path.GetFileName(page).Split('-')[0])
            .ToList();

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => $"{number:0000}"), numbers.Order(StringComparer.Ordinal));
    }

    /// <summary>What stands between single backticks, outside of fenced blocks.</summary>
    static IEnumerable<(string At, string Text)> CodeSpans() =>
        from page in Repository.Pages
        where page != "CHANGELOG.md" // tells of the past, in the past's names
        let lines = WithoutFences(Repository.Read(page)).Split('\n')
        from number in Enumerable.Range(0, lines.Length)
        from Match span in CodeSpan().Matches(lines[number])
        select ($"{page}:{number + 1}", span.Groups[1].Value);

    // Keeps the line numbers right.
    static string WithoutFences(string page) =>
        Fence().Replace(page, fence => new string('\n', fence.Value.Count('\n')));

    static bool IsFileName(string text) =>
        !text.StartsWith('/') && PathName().IsMatch(text)
        && (_codeEndings.Contains(Path.GetExtension(text)) || text.EndsWith('/') || _folders.Contains(text.Split('/')[0] + "/") && text.Contains('/', StringComparison.Ordinal));

    // A path may start at the root or, where that is clear enough, further down.
    static bool Exists(string path) =>
        Repository.TextFiles.Concat(_folders).Any(one => one == path || one == path + "/" || one.EndsWith("/" + path, StringComparison.Ordinal));

    static bool LeadsSomewhere(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? Repository.Full(page) : Path.Combine(Path.GetDirectoryName(Repository.Full(page))!, parts[0]);
        if (parts.Length == 1)
            return File.Exists(file) || Directory.Exists(file);
        return File.Exists(file) && Heading().Matches(WithoutFences(File.ReadAllText(file))).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]);
    }

    static string Anchor(string heading) => NotInAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex CodeSpan();

    // At least two capitals, or two names with a dot: a single capitalised word may be anything.
    [GeneratedRegex(@"^(?:I[A-Z][a-z0-9]+\w*|[A-Z][a-z0-9]+[A-Z]\w*|[A-Z][a-z]\w*\.[A-Z]\w*)(?:\.[A-Z]\w*)*(?:<\w+>)?(?:\(\))?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[\w.*-]+(?:/[\w.-]+)*/?$")]
    private static partial Regex PathName();

    [GeneratedRegex(@"\b(?:DO|BG)_[ES]_\w+\b(?!\*)")]
    private static partial Regex ResultCode();

    [GeneratedRegex(@"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
