using System.Net.Http.Headers;
using System.Security.Cryptography;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Swarms;
using Haul.Engine.Transfers;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.Engine.Peers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>Which contents may be exchanged, by what is known of them.</summary>
public sealed class SwarmTermsTests
{
    static readonly PeerPolicy _policy = new() { Mode = DownloadMode.Lan, SharesVersions = true };

    [Theory]
    [InlineData("https://a.example/file", "https://a.example/file", CertificateFaults.None, true)]
    [InlineData("http://a.example/file", "http://a.example/file", CertificateFaults.None, false)]
    [InlineData("https://a.example/file", "http://b.example/file", CertificateFaults.None, false)]
    [InlineData("https://a.example/file", "https://a.example/file", CertificateFaults.UnknownAuthority, false)]
    public void A_url_and_an_etag_name_a_content_only_where_tls_says_whose_they_are(string url, string from, CertificateFaults ignored, bool isNamed)
    {
        using var answer = AnswerOf(from);
        var origin = new OriginRequest(new Uri(url), new HttpOptions { IgnoredCertificateFaults = ignored });

        Assert.Equal(isNamed, SwarmTerms.NamedBy(origin, answer, 1000, _policy) is { Kind: ContentIdKind.Version });
        Assert.Null(SwarmTerms.NamedBy(origin, answer, 1000, _policy with { SharesVersions = false }));
        Assert.Null(SwarmTerms.NamedBy(new OriginRequest(new Uri(url), new HttpOptions { CaPem = "the caller's own" }), answer, 1000, _policy));
    }

    [Theory]
    [InlineData("Accept", true)]
    [InlineData("user-agent", true)]
    [InlineData("X-Api-Key", false)]
    [InlineData("Authorization", false)]
    [InlineData("cookie", false)]
    public void A_content_that_only_its_server_names_is_not_exchanged_when_a_header_may_be_a_key(string header, bool isExchanged)
    {
        var request = RequestWith(header);

        Assert.Equal(isExchanged, SwarmTerms.Suits(request, _policy, PeerExamples.Group()));
        Assert.True(SwarmTerms.Suits(request, _policy with { SharesCredentialed = true }, PeerExamples.Group()));
        Assert.False(SwarmTerms.Suits(request, _policy, null));
    }

    [Fact]
    public void The_digest_that_a_manifest_names_counts_only_where_its_text_or_signature_was_checked()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = PieceHash.Of("another content"u8);
        var plain = Manifest.Of("content"u8);
        var manifest = new Manifest(7, plain.Layout.PieceSize, plain.Hashes) { Seal = ManifestSeal.Make(plain, "file", other, pair) };
        ContentIdKind? KindBy(ManifestPin? pin) => SwarmTerms.ContentOf(
            RequestWith("Accept") with { Manifest = pin is null ? null : new ManifestRequest(new OriginRequest(new Uri("https://a.example/m"), new HttpOptions()), pin, true, "file") }, manifest, 7)?.Kind;

        Assert.Equal(ContentIdKind.Pieces, KindBy(null));
        Assert.Equal(ContentIdKind.Pieces, KindBy(ManifestPin.None));
        Assert.Equal(ContentIdKind.Pieces, KindBy(new ManifestPin(null, plain.HashOfHashes)));
        Assert.Equal(ContentIdKind.Whole, KindBy(new ManifestPin(null, null, new PublisherPin(PublisherKey.Of(pair), "file"))));
    }

    [Theory]
    [InlineData("X-Api-Key", true)]
    [InlineData("Authorization", true)]
    [InlineData("Accept", false)]
    public void What_was_asked_for_with_a_header_that_may_be_a_key_is_kept_as_the_business_of_few(string header, bool isOfFew) =>
        Assert.Equal(isOfFew, SwarmTerms.IsOfFew(RequestWith(header)));

    static TransferRequest RequestWith(string header) => new()
    {
        Origin = new OriginRequest(new Uri("https://a.example/file"), new HttpOptions { Headers = [new Header(header, "a")] }),
        Caller = new Caller(0, 0, "root", IsAdministrator: true),
        TemporaryPath = "/none",
    };

    static HttpAnswer AnswerOf(string from)
    {
        var response = new HttpResponseMessage { RequestMessage = new HttpRequestMessage(HttpMethod.Get, from), Content = new ByteArrayContent([]) };
        response.Headers.ETag = new EntityTagHeaderValue("\"one\"");
        return HttpAnswer.Of(response, Stream.Null, 0, 1000, 1000, partial: true);
    }
}
