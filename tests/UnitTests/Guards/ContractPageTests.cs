using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Haul.UnitTests.Guards;

/// <summary>The table of docs/contract.md: every row has a test that exists.</summary>
public sealed partial class ContractPageTests
{
    const string Page = "docs/contract.md";
    const int RowsOfTheContract = 106;

    static readonly List<string[]> _rows = [.. Row().Matches(Repository.Read(Page)).Select(row => row.Value.Split('|').Select(cell => cell.Trim()).ToArray())];

    [Fact]
    public void The_rows_are_numbered_from_first_to_last() =>
        Assert.Equal(Enumerable.Range(1, RowsOfTheContract), _rows.Select(row => int.Parse(row[1], CultureInfo.InvariantCulture)));

    [Fact]
    public void Every_row_names_a_test_that_exists()
    {
        var tests = Repository.Sources.Where(source => source.Path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(source => source.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
                .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(one => one.Name.ToString() is "Fact" or "Theory"))
                .Select(method => $"{source.Stem}.{method.Identifier.Text}"))
            .ToHashSet();

        Repository.AssertNone(
            from row in _rows
            let test = row[^2].Trim('`')
            where !tests.Contains(test)
            select $"{Page}, row {row[1]}: {test}",
            "Name the test that shows what the row says, as `Class.Test`.");
    }

    [GeneratedRegex(@"^\| \d+ \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
