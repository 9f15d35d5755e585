namespace Haul.Engine.Jobs;

/// <summary>Every schedule by which something is tried again.</summary>
/// <remarks>
/// Doubling, so that a server or client in trouble is soon left in peace; with jitter, so that a thousand machines that lost the same
/// server do not come back in the same second. The contract publishes no schedule ("internal"); Microsoft's Linux agent doubles from
/// 1 s to 30 s (contract, section 10.2).
/// </remarks>
static class RepeatSchedule
{
    /// <summary>First wait before a transfer is tried again.</summary>
    public static readonly TimeSpan TransferFirst = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a transfer is tried again, unless the server or the job's owner asks for more.</summary>
    public static readonly TimeSpan TransferMax = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait a server may ask for; longer is cut to this, so that a wrong header cannot stop a job for good.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>First wait before a callback that failed is called again.</summary>
    public static readonly TimeSpan CallbackFirst = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a callback that failed is called again.</summary>
    public static readonly TimeSpan CallbackMax = TimeSpan.FromMinutes(10);

    /// <summary>Up to this share is added at random.</summary>
    public const double Jitter = 0.25;

    /// <summary>Least MinimumRetryDelay; lower values are raised (BITS: 5 s).</summary>
    public const uint MinimumRetryDelaySecondsMin = 5;

    /// <summary>Wait before try number <paramref name="attempt"/> (from 1) of a transfer.</summary>
    public static TimeSpan Transfer(int attempt, uint minimumSeconds, TimeSpan? retryAfter, Random random)
    {
        var wait = Doubled(TransferFirst, TransferMax, attempt, random);
        if (wait < TimeSpan.FromSeconds(minimumSeconds))
            wait = TimeSpan.FromSeconds(minimumSeconds);
        return retryAfter is { } asked && asked > wait ? Min(asked, RetryAfterMax) : wait;
    }

    /// <summary>Wait before try number <paramref name="attempt"/> (from 1) of a callback.</summary>
    public static TimeSpan Callback(int attempt, Random random) => Doubled(CallbackFirst, CallbackMax, attempt, random);

    static TimeSpan Doubled(TimeSpan first, TimeSpan max, int attempt, Random random) =>
        Min(first * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)), max) * (1 + Jitter * random.NextDouble());

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
