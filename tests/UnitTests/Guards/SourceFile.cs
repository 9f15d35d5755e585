using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Haul.UnitTests.Guards;

/// <summary>One C# file as text and as syntax.</summary>
/// <param name="path">Relative to the root, with '/' between the parts.</param>
/// <param name="text">The whole file.</param>
sealed class SourceFile(string path, string text)
{
    public string Path => path;

    public string Text => text;

    public SyntaxNode Syntax { get; } = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();

    /// <summary>The file's name up to its first dot: the type it should be about.</summary>
    public string Stem => System.IO.Path.GetFileName(path).Split('.')[0];

    public int LineCount => text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    /// <summary>Types and enums that are not inside another type.</summary>
    public IEnumerable<MemberDeclarationSyntax> TopLevelTypes => Types.Where(type => type.Parent is not TypeDeclarationSyntax);

    public IEnumerable<MemberDeclarationSyntax> Types =>
        Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    /// <summary>Constructors, methods, operators, accessors and local functions that have a body.</summary>
    public IEnumerable<SyntaxNode> Bodies =>
        Syntax.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax);

    public IEnumerable<SyntaxTrivia> Comments =>
        Syntax.DescendantTrivia().Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia);

    public static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.Text,
        DelegateDeclarationSyntax named => named.Identifier.Text,
        _ => "",
    };

    /// <summary>"path:line", as editors open it.</summary>
    public string At(SyntaxNode node) => $"{path}:{LineOf(node.GetFirstToken().SpanStart)}";

    public string At(SyntaxTrivia trivia) => $"{path}:{LineOf(trivia.SpanStart)}";

    /// <summary>Lines from the first to the last token, documentation and attributes aside.</summary>
    public int LinesOf(SyntaxNode node)
    {
        var attributes = node.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault();
        var start = attributes is null ? node.SpanStart : attributes.GetLastToken().GetNextToken().SpanStart;
        return LineOf(node.Span.End) - LineOf(start) + 1;
    }

    int LineOf(int position) => Syntax.SyntaxTree.GetText().Lines.GetLineFromPosition(position).LineNumber + 1;
}
