namespace Haul.Cli.Arguments;

/// <summary>Digests as they are written on the command line.</summary>
static class DigestText
{
    /// <summary>A digest in one form, "ALG:HEX" in lower case.</summary>
    public static string? Of(string? digest) => digest?.Trim().ToLowerInvariant();

    /// <summary>Whether it is one that is known, with as many digits as it has.</summary>
    public static bool IsDigest(string digest) =>
        digest.Split(':', 2) is [var algorithm, var hex]
        && hex.Length == algorithm switch { "sha256" => 64, "sha512" => 128, _ => -1 }
        && hex.All(char.IsAsciiHexDigit);
}
