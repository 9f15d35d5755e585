using System.Globalization;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Protocol.Contract;

/// <summary>The table of result codes against the contract's own list.</summary>
public sealed class HResultsTests
{
    // Second names of a value: the old or the other header's name for the same thing.
    static readonly Dictionary<string, string> _aliases = new()
    {
        ["DO_E_METAINFO_CONTENT"] = "DO_E_METAINFO_PARSE_JSON",
        ["BG_E_SERVER_EXECUTE_ENABLED"] = "BG_E_SERVER_EXECUTE_ENABLE",
        ["HTTP_E_STATUS_NOT_FOUND"] = "BG_E_HTTP_ERROR_404",
    };

    [Fact]
    public void Every_name_is_unique() =>
        Assert.Empty(HResults.All.GroupBy(code => code.Name).Where(names => names.Count() > 1).Select(names => names.Key));

    [Fact]
    public void Every_value_is_unique_but_for_the_known_aliases()
    {
        var seconds = HResults.All.GroupBy(code => code.Value).SelectMany(same => same.Skip(1)).Select(code => code.Name);

        Assert.Equal(_aliases.Keys.Order(), seconds.Order());
    }

    [Fact]
    public void An_alias_has_the_value_and_text_of_the_name_it_stands_for() =>
        Assert.All(_aliases, alias =>
        {
            Assert.Equal(HResults.FromName(alias.Value), HResults.FromName(alias.Key));
            Assert.Equal(alias.Value, HResults.NameOf(HResults.FromName(alias.Key)!.Value));
            Assert.Single(HResults.All.Where(code => code.Name == alias.Key || code.Name == alias.Value).Select(code => code.Text).Distinct());
        });

    [Fact]
    public void Names_values_and_texts_lead_to_each_other() =>
        Assert.All(HResults.All, code =>
        {
            Assert.Equal(code.Value, HResults.FromName(code.Name));
            Assert.Equal(_aliases.GetValueOrDefault(code.Name, code.Name), HResults.NameOf(code.Value));
            Assert.Equal(code.Text, HResults.TextOf(code.Value));
            Assert.Equal(_aliases.GetValueOrDefault(code.Name, code.Name), code.Value.ToString());
        });

    [Fact]
    public void Every_text_is_one_sentence_on_one_line() =>
        Assert.All(HResults.All, code => Assert.Matches(@"^[A-Z0-9][^\n]*[^.\s]\.$", code.Text));

    [Fact]
    public void The_codes_are_the_contract_s_codes()
    {
        var wanted = HResultsOfTheContract.Listing.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var present = HResults.All
            .Where(code => wanted.Any(line => line.StartsWith(code.Name + " ", StringComparison.Ordinal))
                || code.Name.StartsWith("DO_", StringComparison.Ordinal) || code.Name.StartsWith("BG_", StringComparison.Ordinal))
            .Select(code => string.Create(CultureInfo.InvariantCulture, $"{code.Name} {code.Value.Hex}"));

        Assert.Equal(wanted.Order(StringComparer.Ordinal), present.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_codes_from_80D03800_to_80D03FFF_are_transient()
    {
        uint[] borders = [0x80D03800, 0x80D0380D, 0x80D03FFF, 0x80D037FF, 0x80D04000, 0x80D03002, 0x00D03801, 0x80073801, 0x80D13801];

        Assert.Equal([true, true, true, false, false, false, false, false, false], borders.Select(value => Code(value).IsTransient));
        Assert.All(HResults.All, code => Assert.Equal(code.Value.Hex.StartsWith("0x80D038", StringComparison.Ordinal), code.Value.IsTransient));
    }

    [Fact]
    public void A_failure_is_a_code_with_the_top_bit() =>
        Assert.All(HResults.All, code =>
        {
            Assert.Equal(code.Name.Contains("S_", StringComparison.Ordinal) && code.Value.Value >= 0, code.Value.Succeeded);
            Assert.Equal(code.Value.Succeeded, !code.Value.Failed);
        });

    [Theory]
    [InlineData(404, "The server answered 404 Not Found.")]
    [InlineData(429, "The server answered 429 Too Many Requests.")]
    [InlineData(599, "The server answered with HTTP status 599.")]
    public void Every_http_status_has_a_text(int status, string text) =>
        Assert.Equal(text, HResults.TextOf(HResult.FromHttpStatus(status)));

    [Fact]
    public void A_code_that_nobody_defined_has_neither_name_nor_text()
    {
        Assert.Null(HResults.NameOf(Code(0x80041234)));
        Assert.Null(HResults.TextOf(Code(0x80041234)));
        Assert.Null(HResults.FromName("DO_E_NO_SUCH_NAME"));
        Assert.Equal("0x80041234", Code(0x80041234).ToString());
    }

    [Fact]
    public void A_win32_error_becomes_a_code_of_facility_7()
    {
        Assert.Equal(HResults.ERROR_FILE_NOT_FOUND, HResult.FromWin32(2));
        Assert.Equal(HResults.ERROR_DISK_FULL, HResult.FromWin32(112));
        Assert.Equal(HResults.WININET_E_CANNOT_CONNECT, HResult.FromWin32(12029));
        Assert.Equal(HResults.S_OK, HResult.FromWin32(0));
    }

    static HResult Code(uint value) => new(unchecked((int)value));
}
