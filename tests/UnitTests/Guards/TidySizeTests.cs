using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Haul.UnitTests.Guards;

/// <summary>How large files, methods, constructors and classes may get, and how deep methods may nest.</summary>
public sealed class TidySizeTests
{
    const int FileLinesMax = 300;
    const int MethodLinesMax = 70;
    const int NestingMax = 3;
    const int ConstructorParametersMax = 6;
    const int FieldsMax = 12;

    [Fact]
    public void A_file_has_at_most_300_lines() =>
        Repository.AssertNone(
            Repository.Sources.Where(source => source.LineCount > FileLinesMax).Select(source => $"{source.Path} has {source.LineCount} lines"),
            "Cut out a noun: move what belongs to one idea to a type of its own, not to a second part of the same type.");

    [Fact]
    public void A_method_has_at_most_70_lines() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from body in source.Bodies
            let lines = source.LinesOf(body)
            where lines > MethodLinesMax
            select $"{source.At(body)} has {lines} lines",
            "Name the steps and give each a method; aim at 40 lines.");

    [Fact]
    public void A_statement_lies_at_most_three_levels_deep() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from statement in source.Syntax.DescendantNodes().OfType<StatementSyntax>()
            where IsLevel(statement) && DepthOf(statement) > NestingMax
            select $"{source.At(statement)} is on level {DepthOf(statement)}",
            "Return early, or move the inner loop or branch to a method whose name says what it decides.");

    [Fact]
    public void A_constructor_takes_at_most_six_parameters() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from node in source.Syntax.DescendantNodes()
            let parameters = node switch
            {
                ConstructorDeclarationSyntax constructor when !IsRecord(constructor.Parent) => constructor.ParameterList,
                TypeDeclarationSyntax type when !IsRecord(type) => type.ParameterList,
                _ => null,
            }
            where parameters?.Parameters.Count > ConstructorParametersMax
            select $"{source.At(node)} takes {parameters.Parameters.Count}",
            "Group what belongs together in a record, or split the type: it has more than one job.");

    [Fact]
    public void A_class_has_at_most_twelve_fields() =>
        Repository.AssertNone(
            from source in Repository.Sources
            from type in source.Types.OfType<TypeDeclarationSyntax>()
            where !IsLaidOut(type)
            let fields = type.Members.OfType<FieldDeclarationSyntax>().Where(IsState).Sum(field => field.Declaration.Variables.Count)
            where fields > FieldsMax
            select $"{source.At(type)}: {type.Identifier.Text} has {fields}",
            "Fields that change together are a type of their own: cut it out and give it their name.");

    // Constants and the fixed tables of a type are not state.
    static bool IsState(FieldDeclarationSyntax field) =>
        !field.Modifiers.Any(SyntaxKind.ConstKeyword) && !(field.Modifiers.Any(SyntaxKind.StaticKeyword) && field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword));

    // A structure of another language has the fields that it has there.
    static bool IsLaidOut(TypeDeclarationSyntax type) =>
        type is StructDeclarationSyntax && type.AttributeLists.SelectMany(list => list.Attributes).Any(one => one.Name.ToString() == "StructLayout");

    static bool IsRecord(SyntaxNode? node) => node is RecordDeclarationSyntax;

    // Statements that open a level; "else if" and "using var" do not.
    static bool IsLevel(StatementSyntax statement) => statement switch
    {
        IfStatementSyntax => statement.Parent is not ElseClauseSyntax,
        ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax => true,
        SwitchStatementSyntax or TryStatementSyntax or LockStatementSyntax => true,
        UsingStatementSyntax => statement.Parent is not UsingStatementSyntax,
        _ => false,
    };

    static int DepthOf(StatementSyntax statement) =>
        statement.AncestorsAndSelf()
            .TakeWhile(node => node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax))
            .OfType<StatementSyntax>()
            .Count(IsLevel);
}
