using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Haul.UnitTests.Guards;

/// <summary>What a file may not contain, and what it must.</summary>
public sealed partial class TidyTests
{
    const int CompanionLinesMax = 40;

    // Words that say nothing about what a type is for.
    static readonly string[] _refusedSuffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Service", "Handler", "Processor", "Provider", "Factory", "Base", "Impl", "Data", "Info", "Context"];

    [Fact]
    public void Every_type_has_a_summary() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from type in source.Types
            let name = SourceFile.NameOf(type)
            where !IsPrivate(type) && !HasSummary(type) && !OtherParts(type, name).Any(HasSummary)
            select $"{source.At(type)}: {name}",
            "Say in one sentence what the type is: /// <summary>...</summary>.");

    [Fact]
    public void A_file_is_named_after_its_type() =>
        Repository.AssertNone(
            from source in Repository.Sources
            let types = source.TopLevelTypes.ToList()
            where types.Count > 0 && !types.Any(type => SourceFile.NameOf(type) == source.Stem) && !types.All(IsFact)
            select $"{source.Path} has {string.Join(", ", types.Select(SourceFile.NameOf))}",
            "Rename the file or the type. Only a family of enums and records may have a name for all of them.");

    [Fact]
    public void A_file_has_one_class_and_at_most_small_companions() =>
        Repository.AssertNone(
            from source in Repository.Sources
            let classes = source.TopLevelTypes.Where(type => type is ClassDeclarationSyntax && source.LinesOf(type) > CompanionLinesMax).ToList()
            where classes.Count > 1
            select $"{source.Path} has {string.Join(", ", classes.Select(SourceFile.NameOf))}",
            $"Give each class its own file; what has at most {CompanionLinesMax} lines may stay with the class it serves.");

    [Fact]
    public void A_type_s_name_says_what_it_is() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from type in source.Types
            let name = SourceFile.NameOf(type)
            let suffix = _refusedSuffixes.FirstOrDefault(word => name.EndsWith(word, StringComparison.Ordinal))
            where suffix is not null && !IsGivenName(name) && !TakesNameOfBase(type, suffix)
            select $"{source.At(type)}: {name}",
            "Name the type after what it is in the vocabulary of docs/terms.md; these suffixes fit everything and so say nothing.");

    [Fact]
    public void No_comment_puts_work_off() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from comment in source.Comments
            where PutOff().IsMatch(comment.ToString())
            select $"{source.At(comment)}: {comment.ToString().Trim()}",
            "Do it now, or write an issue and leave the comment away.");

    [Fact]
    public void No_region_hides_code() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from trivia in source.Syntax.DescendantTrivia()
            where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
            select source.At(trivia),
            "A type that needs regions is several types: cut one out.");

    [Fact]
    public void Nothing_waits_by_blocking_a_thread() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from call in source.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            where call.Name.Identifier.Text == "Sleep" && call.Expression.ToString().EndsWith("Thread", StringComparison.Ordinal)
            select source.At(call),
            "Wait for what you are waiting for; where time itself is meant, use Task.Delay with a TimeProvider.");

    [Fact]
    public void No_test_is_skipped() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from argument in source.Syntax.DescendantNodes().OfType<AttributeArgumentSyntax>()
            where argument.NameEquals?.Name.Identifier.Text.StartsWith("Skip", StringComparison.Ordinal) == true
            select source.At(argument),
            "Make the test pass or delete it. A test that needs root or a tool goes where that is given.");

    [Fact]
    public void No_file_names_a_place_on_this_machine()
    {
        var places = new[] { Repository.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/" }
            .Where(place => place.Count('/') > 1)
            .ToList();
        Repository.AssertNone(
            from path in Repository.TextFiles
            let text = Repository.Read(path)
            from place in places
            where Regex.IsMatch(text, $@"(?<![\w.)}}/-]){Regex.Escape(place)}(?![\w-])")
            select $"{path} names {place}",
            "Use a path relative to the checkout, or a folder that the program is told.");
    }

    [Fact]
    public void A_line_does_not_end_in_blanks() =>
        Repository.AssertNone(
            Repository.Sources.Where(source => source.Text.Contains(" \n", StringComparison.Ordinal) || source.Text.Contains('\r', StringComparison.Ordinal))
                .Select(source => source.Path),
            "Run dotnet format whitespace.");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex PutOff();

    // The contract's own words: IBackgroundCopyManager, BG_ERROR_CONTEXT, and the names of its interfaces.
    static bool IsGivenName(string name) =>
        name is "JobManager" or "ErrorContext" or "IClassFactory" || Regex.IsMatch(name, "^I(BackgroundCopy|DeliveryOptimization|DO)[A-Z]");

    static bool TakesNameOfBase(MemberDeclarationSyntax type, string suffix) =>
        type is TypeDeclarationSyntax { BaseList: { } bases } && bases.Types.Any(one => one.Type.ToString().Split('<')[0].EndsWith(suffix, StringComparison.Ordinal));

    static bool IsFact(MemberDeclarationSyntax type) =>
        type is EnumDeclarationSyntax or RecordDeclarationSyntax or DelegateDeclarationSyntax || type.Modifiers.Any(SyntaxKind.StaticKeyword);

    static bool IsPrivate(MemberDeclarationSyntax type) =>
        type.Parent is TypeDeclarationSyntax && !type.Modifiers.Any(modifier => modifier.Text is "public" or "internal" or "protected");

    static bool HasSummary(MemberDeclarationSyntax type) =>
        type.GetLeadingTrivia().Any(trivia => trivia.HasStructure && trivia.ToString().Contains("<summary>", StringComparison.Ordinal));

    static IEnumerable<MemberDeclarationSyntax> OtherParts(MemberDeclarationSyntax type, string name) =>
        type.Modifiers.Any(SyntaxKind.PartialKeyword)
            ? Repository.Sources.SelectMany(source => source.TopLevelTypes).Where(other => other != type && SourceFile.NameOf(other) == name)
            : [];
}
