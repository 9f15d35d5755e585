using System.Globalization;
using System.Text.RegularExpressions;
using Haul.Client.Com;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Guards;

/// <summary>The header for C and C++ says what the interfaces and the codes of C# say.</summary>
public sealed partial class NativeHeaderTests
{
    const string Header = "src/Client/Native/deliveryoptimization.h";

    static readonly string _text = Repository.Read(Header);

    [Fact]
    public void Every_code_has_the_value_of_HResults()
    {
        var codes = Code().Matches(_text).ToDictionary(code => code.Groups[1].Value, code => uint.Parse(code.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        Assert.True(codes.Count > 200);
        Repository.AssertNone(
            codes.Where(code => HResults.FromName(code.Key)?.Value != (int)code.Value).Select(code => code.Key)
                .Concat(HResults.All.Where(one => OfTheContract().IsMatch(one.Name) && !codes.ContainsKey(one.Name)).Select(one => one.Name)),
            $"Write in {Header} what HResults says.");
    }

    // What an interface inherits is declared anew in it, behind its own.
    [Fact]
    public void Every_interface_has_the_id_and_the_methods_of_its_declaration() =>
        Repository.AssertNone(
            from type in typeof(IBackgroundCopyManager).Assembly.GetExportedTypes()
            where type is { IsInterface: true, Namespace: "Haul.Client.Com" }
            let wanted = $"DO_DEFINE_GUID(IID_{type.Name}, {Written(type.GUID)})"
            let methods = type.GetMethods().Where(method => method.DeclaringType == type && !method.Attributes.HasFlag(System.Reflection.MethodAttributes.Static)).Select(method => method.Name).ToList()
            let there = Own().Matches(_text).Select(own => own.Value).Where(own => own.StartsWith($"#define DO_{type.Name[1..].ToUpperInvariant()}_OWN(T)", StringComparison.Ordinal))
                .SelectMany(own => Method().Matches(own)).Select(method => method.Groups[1].Value).ToList()
            where !_text.Contains(wanted, StringComparison.Ordinal) || there.Count == 0 || !there.SequenceEqual(methods.Take(there.Count))
            select $"{type.Name}: {string.Join(' ', there)} for {string.Join(' ', methods)}",
            $"{Header} and the declarations under src/Client/Com have the same ids and, in the same order, the same methods.");

    static string Written(Guid id)
    {
        var bytes = id.ToByteArray(bigEndian: true);
        return $"0x{Convert.ToHexString(bytes[..4])}, 0x{Convert.ToHexString(bytes[4..6])}, 0x{Convert.ToHexString(bytes[6..8])}, {string.Join(", ", bytes[8..].Select(one => $"0x{one:X2}"))}";
    }

    [GeneratedRegex(@"#define (\w+) \(\(HRESULT\)0x([0-9A-F]{8})u\)")]
    private static partial Regex Code();

    [GeneratedRegex("^(DO|BG)_[ES]_")]
    private static partial Regex OfTheContract();

    [GeneratedRegex(@"#define DO_\w+_OWN\(T\)(.*\\\n)*.*\n")]
    private static partial Regex Own();

    [GeneratedRegex(@"DO_[MN]\(T, (\w+)")]
    private static partial Regex Method();
}
