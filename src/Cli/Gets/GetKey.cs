using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Haul.Protocol.Api;

namespace Haul.Cli.Gets;

/// <summary>What makes two gets the same one: where the files go, and how they are asked for.</summary>
/// <remarks>
/// The job of a get carries both in its description, so that the next get of the same files finds it, wherever it is, and sees whether
/// it is still what is wanted. URLs are not part of it: a job can be given others and keeps its bytes.
/// </remarks>
/// <param name="Targets">Of the full paths of the files; names the state directory.</param>
/// <param name="Options">Of everything else but the URLs.</param>
readonly record struct GetKey(string Targets, string Options)
{
    const string Mark = "haul get ";
    const string AddedMark = "haul add ";
    const int DigestBytes = 8;

    /// <summary>Rounds that make it dear to guess a password from the description, which an administrator may read; a few hundredths of a second.</summary>
    const int SecretRounds = 100_000;

    public string Description => $"{Mark}{Targets} {Options}";

    /// <summary>The description of a job that haul add makes: a get may follow it, and must not replace it.</summary>
    public string AddedDescription => $"{AddedMark}{Targets} {Options}";

    public static GetKey Of(IReadOnlyList<AddFile> files)
    {
        var targets = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files.Select(file => file.LocalName)))).AsSpan(0, DigestBytes));
        var options = Encoding.UTF8.GetBytes(OptionsOf(files));
        var hash = files.Any(HoldsSecret)
            ? Rfc2898DeriveBytes.Pbkdf2(options, Encoding.UTF8.GetBytes(targets), SecretRounds, HashAlgorithmName.SHA256, DigestBytes)
            : SHA256.HashData(options);
        return new GetKey(targets, Hex(hash.AsSpan(0, DigestBytes)));
    }

    /// <summary>The key that a job's description carries, or null where it is the job of neither get nor add.</summary>
    public static GetKey? Read(string description) =>
        (description.StartsWith(Mark, StringComparison.Ordinal) || IsAdded(description)) && description[Mark.Length..].Split(' ') is [var targets, var options]
            ? new GetKey(targets, options)
            : null;

    /// <summary>The job was made by haul add, and ends when its maker says so.</summary>
    public static bool IsAdded(string description) => description.StartsWith(AddedMark, StringComparison.Ordinal);

    static bool HoldsSecret(AddFile file) =>
        file.Http is { UserName: not null } or { BearerToken: not null } or { Headers.Count: > 0 } or { AuthHeaders.Count: > 0 } or { Proxy: not null } || UserInformation(file).Length > 0;

    static string OptionsOf(IReadOnlyList<AddFile> files)
    {
        // All files of a get share their HTTP options.
        var text = new StringBuilder(JsonSerializer.Serialize(files[0].Http ?? new HttpOptions(), ProtocolJson.Default.HttpOptions));
        foreach (var file in files)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{file.FileSize} {file.Digest} {file.Overwrite} {UserInformation(file)}");
            foreach (var range in file.Ranges)
                text.Append(CultureInfo.InvariantCulture, $" {range.Offset}+{range.Length}");
            if (file.Integrity is { } check)
                text.Append(' ').Append(JsonSerializer.Serialize(check, ProtocolJson.Default.IntegrityCheck));
        }
        return text.ToString();
    }

    static string UserInformation(AddFile file) => Uri.TryCreate(file.RemoteName, UriKind.Absolute, out var url) ? url.UserInfo : "";

    static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
