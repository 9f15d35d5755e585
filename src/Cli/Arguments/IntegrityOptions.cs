using System.CommandLine;
using System.CommandLine.Parsing;
using Haul.Cli.Publishing;
using Haul.Engine.Pieces;
using Haul.Protocol.Api;

namespace Haul.Cli.Arguments;

/// <summary>The options that say by what the pieces of a file are proved while they come.</summary>
sealed class IntegrityOptions
{
    public IntegrityOptions(Command command)
    {
        foreach (var option in new Option[] { Manifest, ManifestDigest, Publisher })
            command.Options.Add(option);
    }

    /// <summary>Options that are about one file.</summary>
    public IReadOnlyList<Option> OfOne => [Manifest, ManifestDigest];

    Option<string?> Manifest { get; } = new("--manifest")
    {
        HelpName = "URL",
        Description = "Where the hashes of the file's pieces are. Each piece must have its own while it comes, or it is fetched again; without these hashes nothing is fetched. For one URL only.",
    };

    Option<string?> ManifestDigest { get; } = new("--manifest-digest")
    {
        HelpName = "ALG:HEX",
        Description = "The digest that the answer to --manifest must have: sha256:HEX or sha512:HEX. May be left away where that is an https URL, or with --publisher.",
    };

    Option<string?> Publisher { get; } = new("--publisher")
    {
        HelpName = "KEY",
        Description = "Take only what the publisher with this public key signed, under its name. The manifest is that of --manifest, else the one beside the file: URL.haul.",
    };

    /// <summary>Says what is wrong with them.</summary>
    public void Check(CommandResult parse, Action<string> refuse)
    {
        var (url, digest, key) = (parse.GetValue(Manifest), DigestText.Of(parse.GetValue(ManifestDigest)), parse.GetValue(Publisher));
        if (key is not null && PublisherKey.Parse(key) is null)
            refuse($"'{key}' is not a publisher's key: haul key show prints it, haul-p256: and 86 characters");
        else if (url is null && digest is not null)
            refuse("--manifest-digest goes with --manifest, which says where the hashes are");
        else if (digest is not null && !DigestText.IsDigest(digest))
            refuse($"'{digest}' is not a digest: sha256 has 64 hexadecimal digits, sha512 has 128");
        else if (url is not null && digest is null && key is null && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            refuse("Anyone on the way could change piece hashes that come without TLS: add --manifest-digest or --publisher, or use an https URL");
    }

    /// <summary>The check of a file, or null.</summary>
    public IntegrityCheck? Of(ParseResult parse, string content)
    {
        var (url, digest, key) = (parse.GetValue(Manifest), DigestText.Of(parse.GetValue(ManifestDigest)), parse.GetValue(Publisher));
        return url is null && key is null ? null : new IntegrityCheck
        {
            PiecesHashFileUrl = url ?? Sidecar.UrlOf(content),
            PiecesHashFileDigest = digest?[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..],
            PiecesHashFileDigestAlgorithm = digest?.Split(':')[0].ToUpperInvariant(),
            PublisherKey = key,
            IsMandatory = true,
        };
    }
}
