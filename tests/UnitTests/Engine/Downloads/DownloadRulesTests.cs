using Haul.Engine.Downloads;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Downloads;

/// <summary>What may stand in a property, and what is said about what may not.</summary>
public sealed class DownloadRulesTests
{
    const string Integrity = """{"PiecesHashFileUrl":"http://h/phf","PiecesHashFileDigest":"","PiecesHashFileDigestAlgorithm":"","HashOfHashes":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""";

    // Number, name, kind, access, states in which it can be set (C, T ransferring, D one, P aused), and who keeps it.
    const string Table = """
        0  Id                                  Text      Get     -     Agent
        1  Uri                                 Text      GetSet  CP    Agent
        2  ContentId                           Text      GetSet  C     Agent
        3  DisplayName                         Text      GetSet  CTDP  Agent
        4  LocalPath                           Text      GetSet  C     Agent
        5  HttpCustomHeaders                   Text      GetSet  CP    Agent
        6  CostPolicy                          Number32  GetSet  CTDP  Agent
        7  SecurityFlags                       Number32  Set     CP    Agent
        8  CallbackFreqPercent                 Number32  GetSet  CTDP  Client
        9  CallbackFreqSeconds                 Number32  GetSet  CTDP  Client
        10 NoProgressTimeoutSeconds            Number32  GetSet  CTDP  Agent
        11 ForegroundPriority                  Flag      GetSet  CTDP  Agent
        12 BlockingMode                        Flag      GetSet  CDP   Client
        13 CallbackInterface                   Interface GetSet  CTDP  Client
        14 StreamInterface                     Interface GetSet  C     Client
        15 SecurityContext                     Bytes     Set     CP    Agent
        16 NetworkToken                        Flag      Set     CP    Agent
        17 CorrelationVector                   Text      GetSet  C     Agent
        18 DecryptionInfo                      Text      Set     C     Agent
        19 IntegrityCheckInfo                  Text      Set     C     Agent
        20 IntegrityCheckMandatory             Flag      GetSet  C     Agent
        21 TotalSizeBytes                      Number64  GetSet  C     Agent
        22 DisallowOnCellular                  Flag      GetSet  CTDP  Agent
        23 HttpCustomAuthHeaders               Text      Set     CP    Agent
        24 HttpAllowSecureToNonSecureRedirect  Flag      GetSet  CP    Agent
        25 NonVolatile                         Flag      GetSet  C     Agent
        26 HttpRedirectionTarget               Text      Get     -     Agent
        27 HttpResponseHeaders                 Text      Get     -     Agent
        28 HttpServerIPAddress                 Text      Get     -     Agent
        29 HttpStatusCode                      Number32  Get     -     Agent
        """;

    [Fact]
    public void The_table_has_every_property_with_its_kind_access_and_states()
    {
        (DownloadState State, char Letter)[] letters =
            [(DownloadState.Created, 'C'), (DownloadState.Transferring, 'T'), (DownloadState.Transferred, 'D'), (DownloadState.Paused, 'P')];

        var rows = DownloadProperties.All.Select(row =>
        {
            var states = string.Concat(letters.Where(one => row.Settable.Holds(one.State)).Select(one => one.Letter));
            Assert.False(row.Settable.Holds(DownloadState.Finalized) || row.Settable.Holds(DownloadState.Aborted));
            return $"{(int)row.Id} {row.Id} {row.Kind} {row.Access} {(states.Length == 0 ? "-" : states)} {row.Home}";
        });

        Assert.Equal(Table.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))), rows);
        Assert.Equal(Enum.GetValues<DownloadProperty>(), DownloadProperties.All.Select(row => row.Id));
    }

    [Theory]
    [InlineData("Uri")]
    [InlineData("uri")]
    [InlineData("1")]
    public void A_property_is_named_by_name_or_number(string name) => Assert.Equal(DownloadProperty.Uri, DownloadProperties.Of(name)!.Id);

    public static TheoryData<string, object, string> Refused => new()
    {
        { "Nothing", "x", nameof(DO_E_UNKNOWN_PROPERTY_ID) },
        { "30", "x", nameof(DO_E_UNKNOWN_PROPERTY_ID) },
        { "-1", "x", nameof(DO_E_UNKNOWN_PROPERTY_ID) },
        { "Id", "x", nameof(DO_E_READ_ONLY_PROPERTY) },
        { "HttpStatusCode", 200UL, nameof(DO_E_READ_ONLY_PROPERTY) },
        { "BlockingMode", true, nameof(E_NOTIMPL) },
        { "StreamInterface", "x", nameof(E_NOTIMPL) },
        { "Uri", 1UL, nameof(E_INVALIDARG) },
        { "Uri", "", nameof(E_INVALIDARG) },
        { "Uri", "http://h/" + new string('a', 2200), nameof(E_INVALIDARG) },
        { "Uri", "ftp://h/a", nameof(INET_E_INVALID_URL) },
        { "Uri", "http://", nameof(INET_E_INVALID_URL) },
        { "LocalPath", "", nameof(E_INVALIDARG) },
        { "LocalPath", "a/b", nameof(E_INVALIDARG) },
        { "DisplayName", new string('a', 257), nameof(E_INVALIDARG) },
        { "CostPolicy", 6UL, nameof(E_INVALIDARG) },
        { "CostPolicy", 1UL << 32, nameof(E_INVALIDARG) },
        { "ForegroundPriority", 1UL, nameof(E_INVALIDARG) },
        { "NoProgressTimeoutSeconds", 59UL, nameof(E_INVALIDARG) },
        { "HttpCustomHeaders", "no line", nameof(E_INVALIDARG) },
        { "HttpCustomHeaders", "Range: bytes=0-1", nameof(E_INVALIDARG) },
        { "HttpCustomAuthHeaders", "no line", nameof(E_INVALIDARG) },
        { "HttpCustomAuthHeaders", "Host: elsewhere", nameof(E_INVALIDARG) },
        { "TotalSizeBytes", ulong.MaxValue, nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", "{", nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", "[]", nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", Integrity.Replace("HashOfHashes", "Hash", StringComparison.Ordinal), nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", Integrity.Replace("\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", "1", StringComparison.Ordinal), nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", Integrity.Replace("AAAAA", "", StringComparison.Ordinal), nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", Integrity.Replace("http:", "ftp:", StringComparison.Ordinal), nameof(E_INVALIDARG) },
        { "IntegrityCheckInfo", Integrity.Replace("phf", "\\uD800", StringComparison.Ordinal), nameof(E_INVALIDARG) },
        { "DecryptionInfo", "key", nameof(E_INVALIDARG) },
        { "SecurityContext", "?", nameof(E_INVALIDARG) },
        { "SecurityContext", "AAAA", nameof(CRYPT_E_FILE_ERROR) },
        { "CorrelationVector", new string('a', DownloadRules.TextMax + 1), nameof(E_INVALIDARG) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_does_not_fit_is_refused(string property, object value, string code) =>
        Assert.Equal(FromName(code), DownloadRules.Set(property, Of(value), isOfRest: false).Code);

    public static TheoryData<string, object> Taken => new()
    {
        { "Uri", "HTTPS://h/a?b=c" },
        { "LocalPath", "/a/b" },
        { "CostPolicy", 5UL },
        { "NoProgressTimeoutSeconds", 0UL },
        { "NoProgressTimeoutSeconds", 60UL },
        { "HttpCustomHeaders", "A: b\r\nC: d\r\n" },
        { "HttpCustomHeaders", "A=b\nC=d" },
        { "HttpCustomAuthHeaders", "Authorization: Custom x\r\nX-Key: y\r\n" },
        { "HttpCustomAuthHeaders", "" },
        { "TotalSizeBytes", 0UL },
        { "IntegrityCheckInfo", Integrity },
        { "DecryptionInfo", "{}" },
        { "SecurityContext", Convert.ToBase64String([32, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x30, 0]) },
        { "NetworkToken", true },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void What_fits_is_taken(string property, object value) => Assert.True(DownloadRules.Set(property, Of(value), isOfRest: false).Succeeded);

    [Fact]
    public void Downloads_of_the_rest_interface_may_have_a_shorter_timeout()
    {
        Assert.Equal(S_OK, DownloadRules.Set("NoProgressTimeoutSeconds", DownloadValue.Of(10UL), isOfRest: true).Code);
        Assert.Equal(E_INVALIDARG, DownloadRules.Set("NoProgressTimeoutSeconds", DownloadValue.Of(9UL), isOfRest: true).Code);
    }

    [Theory]
    [InlineData("SecurityFlags")]
    [InlineData("SecurityContext")]
    [InlineData("NetworkToken")]
    [InlineData("DecryptionInfo")]
    [InlineData("IntegrityCheckInfo")]
    [InlineData("HttpCustomAuthHeaders")]
    public void What_is_secret_is_never_given_back(string property) => Assert.Equal(DO_E_WRITE_ONLY_PROPERTY, DownloadRules.Get(property).Code);

    static DownloadValue Of(object value) => value switch
    {
        string text => DownloadValue.Of(text),
        bool flag => DownloadValue.Of(flag),
        _ => DownloadValue.Of((ulong)value),
    };
}
