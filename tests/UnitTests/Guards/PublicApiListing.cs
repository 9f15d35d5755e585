using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Haul.UnitTests.Guards;

/// <summary>The public surface of an assembly, one line per type and member, in a fixed order.</summary>
static class PublicApiListing
{
    const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(OfType)];

    static IEnumerable<string> OfType(Type type) =>
        MembersOf(type).Order(StringComparer.Ordinal).Select(member => $"{type.FullName}.{member}").Prepend($"{KindOf(type)} {type.FullName}{BasesOf(type)}");

    static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}"));
        }
        return type.GetFields(Own).Where(field => IsOpen(field.Attributes)).Select(FieldLine)
            .Concat(type.GetProperties(Own).Where(property => property.GetAccessors(true).Any(IsOpen)).Select(PropertyLine))
            .Concat(type.GetEvents(Own).Where(one => IsOpen(one.AddMethod!)).Select(one => $"event {Name(one.EventHandlerType!)} {one.Name}"))
            .Concat(type.GetConstructors(Own).Where(one => IsOpen(one) && !IsMade(one)).Select(one => $"new({Parameters(one)})"))
            .Concat(type.GetMethods(Own).Where(one => IsOpen(one) && !IsMade(one) && !IsAccessor(one)).Select(MethodLine));
    }

    static string FieldLine(FieldInfo field) =>
        field.IsLiteral
            ? string.Create(CultureInfo.InvariantCulture, $"const {Name(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}")
            : $"{Static(field.IsStatic)}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}";

    static string PropertyLine(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsOpen).ToList();
        var set = accessors.FirstOrDefault(one => one.ReturnType == typeof(void));
        var init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var get = accessors.Any(one => one != set) ? "get; " : "";
        return $"{required}{Static(accessors[0].IsStatic)}{Name(property.PropertyType)} {property.Name} {{ {get}{(set is null ? "" : init ? "init; " : "set; ")}}}";
    }

    static string MethodLine(MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}{arguments}({Parameters(method)})";
    }

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(ParameterText));

    static string ParameterText(ParameterInfo parameter)
    {
        var way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var value = parameter.HasDefaultValue ? string.Create(CultureInfo.InvariantCulture, $" = {parameter.RawDefaultValue ?? "default"}") : "";
        return $"{way}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    static string KindOf(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    static string BasesOf(Type type)
    {
        if (type.IsEnum || (type.IsAbstract && type.IsSealed))
            return "";
        var bases = type.GetInterfaces().Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } one && one != typeof(object) && one != typeof(ValueType))
            bases.Insert(0, Name(one));
        return bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
    }

    static string Name(Type type)
    {
        if (type.IsByRef || type.IsArray || type.IsPointer)
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "");
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{Name(inner)}?";
        return type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
    }

    static string Static(bool isStatic) => isStatic ? "static " : "";

    static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static bool IsOpen(FieldAttributes field) =>
        (field & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    // What the compiler adds to a record says nothing that the record's line does not.
    static bool IsMade(MethodBase method) => method.IsDefined(typeof(CompilerGeneratedAttribute));

    static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);
}
