using System.Globalization;
using System.Text.RegularExpressions;

namespace Haul.UnitTests.Guards;

/// <summary>The nine steps of a download: the page, the remarks of Transfer and the marks in the code say the same.</summary>
public sealed partial class StepsTests
{
    const string Page = "docs/architecture.md";
    const string Transfer = "src/Engine/Transfers/Transfer.cs";

    static readonly int[] _nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    [Fact]
    public void The_page_lists_nine_steps_in_order() =>
        Assert.Equal(_nine, NumbersOf(ListedStep(), Section().Match(Repository.Read(Page)).Value));

    [Fact]
    public void The_remarks_of_transfer_list_the_same_steps() =>
        Assert.Equal(_nine, NumbersOf(RemarkedStep(), Remarks().Match(Repository.Read(Transfer)).Value));

    [Fact]
    public void Every_step_is_marked_where_it_happens()
    {
        var marked = Marks().Select(mark => mark.Step).ToHashSet();

        Repository.AssertNone(
            _nine.Where(step => !marked.Contains(step)).Select(step => $"Step {step} of {Page} is marked nowhere under src/Engine"),
            "Put `// :: Step n` behind the line where the step happens, so that a reader finds it by searching.");
    }

    [Fact]
    public void Every_mark_is_a_step_of_the_page() =>
        Repository.AssertNone(
            Marks().Where(mark => !_nine.Contains(mark.Step)).Select(mark => $"{mark.At}: step {mark.Step}"),
            $"The page knows nine steps: change {Page}, the remarks of {Transfer} and the marks together.");

    static IEnumerable<int> NumbersOf(Regex steps, string text) =>
        steps.Matches(text).Select(step => int.Parse(step.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    static IEnumerable<(string At, int Step)> Marks() =>
        from source in Repository.Sources
        where source.Path.StartsWith("src/Engine/", StringComparison.Ordinal)
        from comment in source.Comments
        from Match mark in Mark().Matches(comment.ToString())
        select (source.At(comment), int.Parse(mark.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^## One download in nine steps$.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^(\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex ListedStep();

    [GeneratedRegex("<remarks>.*?</remarks>", RegexOptions.Singleline)]
    private static partial Regex Remarks();

    [GeneratedRegex(@"<item>Step (\d+): ")]
    private static partial Regex RemarkedStep();

    [GeneratedRegex(@"// :: Step (\d+)")]
    private static partial Regex Mark();
}
