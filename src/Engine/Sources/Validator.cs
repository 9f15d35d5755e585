using System.Globalization;
using System.Net.Http.Headers;
using Haul.Engine.Pieces;

namespace Haul.Engine.Sources;

/// <summary>What tells two versions of a remote file apart: its ETag, else Last-Modified with the length (RFC 9110, section 8.8).</summary>
/// <param name="ETag">As the server wrote it, with quotes; only a strong one is kept.</param>
/// <param name="LastModified">Kept only where it can count as strong: a second older than the answer that carried it.</param>
/// <param name="Length">The complete length, or -1 where the server did not say.</param>
/// <param name="Digest">The SHA-256 of the whole file, where the server named it.</param>
sealed record Validator(string? ETag, DateTimeOffset? LastModified, long Length, PieceHash? Digest = null)
{
    /// <summary>True when bytes of two answers may be put together.</summary>
    public bool CanResume => ETag is not null || (LastModified is not null && Length >= 0);

    /// <summary>What an If-Range header says, or null when nothing may be said.</summary>
    public RangeConditionHeaderValue? IfRange =>
        ETag is not null ? new RangeConditionHeaderValue(new EntityTagHeaderValue(ETag))
        : LastModified is { } date ? new RangeConditionHeaderValue(date)
        : null;

    /// <summary>Reads the validator of an answer whose complete length is known or -1.</summary>
    public static Validator Of(HttpResponseMessage response, long length)
    {
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;
        var modified = response.Content.Headers.LastModified;
        if (modified is { } m && response.Headers.Date is { } date && date - m < TimeSpan.FromSeconds(1))
            modified = null;
        return new Validator(tag, modified, length, ReprDigest.Of(response));
    }

    /// <summary>False when something that both name differs: then the content has changed.</summary>
    public bool Agrees(Validator other)
    {
        if (Length >= 0 && other.Length >= 0 && Length != other.Length)
            return false;
        if (Digest is not null && other.Digest is not null && Digest != other.Digest)
            return false;
        if (ETag is not null || other.ETag is not null)
            return ETag is null || other.ETag is null ? SameDate(other) : string.Equals(ETag, other.ETag, StringComparison.Ordinal);
        return SameDate(other);
    }

    bool SameDate(Validator other) => LastModified is null || other.LastModified is null || LastModified == other.LastModified;

    /// <summary>The form that is kept on disk.</summary>
    public string Serialize() =>
        $"{Length.ToString(CultureInfo.InvariantCulture)}|{LastModified?.UtcTicks.ToString(CultureInfo.InvariantCulture)}{(Digest is { } digest ? $"#{digest}" : "")}|{ETag}";

    /// <summary>Reads <see cref="Serialize"/>'s form; null when it is something else.</summary>
    public static Validator? Parse(string text)
    {
        var parts = text.Split('|', 3);
        if (parts.Length != 3 || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var length))
            return null;
        var hash = parts[1].IndexOf('#', StringComparison.Ordinal);
        var (date, digest) = hash < 0 ? (parts[1], null) : (parts[1][..hash], Pieces.Digest.Parse($"sha256:{parts[1][(hash + 1)..]}"));
        if (hash >= 0 && digest is null)
            return null;
        DateTimeOffset? modified = null;
        if (date.Length > 0)
        {
            if (!long.TryParse(date, CultureInfo.InvariantCulture, out var ticks) || ticks < 0 || ticks > DateTime.MaxValue.Ticks)
                return null;
            modified = new DateTimeOffset(ticks, TimeSpan.Zero);
        }
        return new Validator(parts[2].Length > 0 ? parts[2] : null, modified, length, digest is null ? null : PieceHash.Read(Convert.FromHexString(digest.Hex)));
    }

    /// <summary>What a person is shown.</summary>
    public override string ToString() =>
        ETag ?? LastModified?.ToString("R", CultureInfo.InvariantCulture) ?? "none";
}
