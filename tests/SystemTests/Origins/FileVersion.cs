namespace Haul.SystemTests.Origins;

/// <summary>What an origin has at a path at one time, and how it says which version that is.</summary>
sealed record FileVersion(TestContent Content, string? ETag, DateTimeOffset? LastModified)
{
    const string WeakMark = "W/";

    static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    bool IsWeak => ETag?.StartsWith(WeakMark, StringComparison.Ordinal) ?? false;

    /// <summary>The content with a strong ETag and a date of its own.</summary>
    public static FileVersion Of(TestContent content) =>
        new(content, $"\"{content.Seed:x}-{content.Length:x}\"", Start.AddMinutes(content.Seed));

    /// <summary>Other bytes, honestly announced.</summary>
    public FileVersion Replaced(TestContent content) => Of(content) with
    {
        ETag = ETag is null ? null : (IsWeak ? WeakMark : "") + Of(content).ETag,
        LastModified = LastModified is null ? null : Of(content).LastModified,
    };

    /// <summary>Other bytes under the same ETag and date.</summary>
    public FileVersion ReplacedInSecret(TestContent content) => this with { Content = content };

    /// <summary>Other bytes with an ETag of their own, written within the same second as those before.</summary>
    public FileVersion ReplacedWithinTheSecond(TestContent content) => Replaced(content) with { LastModified = LastModified };

    /// <summary>The same bytes under another ETag and date, as when a server is one of several.</summary>
    public FileVersion Renamed() => this with { ETag = "\"renamed\"", LastModified = LastModified?.AddSeconds(1) };

    public FileVersion WithWeakETag() => this with { ETag = WeakMark + ETag };

    public FileVersion WithoutETag() => this with { ETag = null };

    public FileVersion WithoutLastModified() => this with { LastModified = null };

    public FileVersion WithoutValidators() => this with { ETag = null, LastModified = null };

    /// <summary>Whether If-Range holds (RFC 9110, section 13.1.5): only a strong ETag, or exactly our date.</summary>
    public bool Satisfies(string? ifRange) => ifRange switch
    {
        null => true,
        ['"', ..] => ifRange == ETag,
        ['W', '/', ..] => false,
        _ => LastModified is { } date && ifRange == Wire.Date(date),
    };
}
