using Haul.Agent;
using Haul.Tracker.Announces;
using Haul.Tracker.Memory;
using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using static Haul.SystemTests.Tracker.RegisteredAgent;

namespace Haul.SystemTests.Tracker;

/// <summary>One tracker over a real Redis.</summary>
public sealed class SharedSwarmsTests : SwarmRegisterContract, IClassFixture<RedisServer>
{
    readonly RedisServer _redis;
    readonly FakeTimeProvider _time = At(0);
    readonly StringWriter _text = new();
    readonly TextWriter _lines;
    readonly LineLog _log;

    public SharedSwarmsTests(RedisServer redis)
    {
        _redis = redis;
        _lines = TextWriter.Synchronized(_text);
        _log = new LineLog(_lines, isForJournal: false);
    }

    string Log
    {
        get
        {
            lock (_lines)
                return _text.ToString();
        }
    }

    SharedSwarms Shared => (SharedSwarms)Register;

    internal override async Task<ISwarmRegister> OpenAsync()
    {
        await _redis.FlushAsync();
        return await OpenMoreAsync();
    }

    static FakeTimeProvider At(uint moment) => new(DateTimeOffset.FromUnixTimeSeconds(Start + moment));

    async Task<SharedSwarms> OpenMoreAsync(TimeProvider? time = null, Func<UInt128, bool>? isServed = null)
    {
        var journal = await Journal.OpenAsync(_redis.Address, null);
        Assert.True(journal.Succeeded, journal.Failure?.ToString());
        return await SharedSwarms.StartAsync(new MemorySwarms(peersMax: 100_000, seed: 1), journal.Value, isServed ?? (_ => true), time ?? _time, _log.CreateLogger("tracker"));
    }

    async Task<long> CountBatchesAsync() => (long)await _redis.RunAsync("XLEN", Journal.Key);

    static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Processes.RunningProgram.Patience, TimeProvider.System);
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    [Fact]
    public async Task What_one_tracker_hears_another_one_tells()
    {
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();
        await using var other = await OpenMoreAsync();

        Assert.Equal([1], (await new RegisteredAgent(other, 2, Door).AnnounceAsync()).Numbers);
        Assert.Equal(new RegisterSize(1, 2), other.Size);
    }

    [Fact]
    public async Task What_is_over_leaves_the_journal_and_what_is_not_stays()
    {
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();
        await _redis.RunAsync("DEL", Journal.Key);
        await _redis.RunAsync("EVAL", "for _ = 1, 300 do redis.call('XADD', KEYS[1], '*', 'until', '1700000000', 'tracker', 'another', 'batch', '') end", "1", Journal.Key);
        await Agent(2).AnnounceAsync();
        await Shared.ExchangeAsync();

        // Once in a second of the Redis, so many at a time.
        using var patience = new CancellationTokenSource(Processes.RunningProgram.Patience, TimeProvider.System);
        while (await CountBatchesAsync() != 1)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        await using var other = await OpenMoreAsync();
        Assert.Equal([2], (await new RegisteredAgent(other, 3, Door).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task What_trackers_have_left_behind_goes_without_them()
    {
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();

        Assert.InRange((long)await _redis.RunAsync("TTL", Journal.Key), Life, Life + 60);
    }

    [Fact]
    public async Task What_is_no_news_is_told_as_often_as_a_life_needs_it()
    {
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();
        for (uint at = 0; at < Life; at += 50)
        {
            await Agent(1).AnnounceAsync(at: at);
            await Shared.ExchangeAsync();
        }
        Assert.Equal(3, await CountBatchesAsync());

        await Agent(1).AnnounceAsync(at: Life - 1, left: 99, totals: new PeerTotals(1, 0, 0));
        await Shared.ExchangeAsync();
        Assert.Equal(4, await CountBatchesAsync());
    }

    [Fact]
    public async Task Who_lives_longer_than_others_know_is_told_before_they_forget_it()
    {
        await Agent(1).AnnounceAsync();
        await (Agent(1) with { Lives = 4 * Life }).AnnounceAsync(at: 100);
        await Shared.ExchangeAsync();
        await using var other = await OpenMoreAsync(At(Life + 1));

        Assert.Equal([1], (await new RegisteredAgent(other, 2, Door).AnnounceAsync(at: Life + 1)).Numbers);
    }

    [Fact]
    public async Task Who_leaves_where_it_is_not_known_is_forgotten_where_it_is()
    {
        await using var other = await OpenMoreAsync(isServed: _ => false);
        await Agent(1).AnnounceAsync();
        await new RegisteredAgent(other, 1, Door).AnnounceAsync(happened: AnnounceEvent.Stopped);
        await other.ExchangeAsync();
        await Shared.ExchangeAsync();

        Assert.Empty((await Agent(2).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task Agents_of_groups_that_are_not_served_are_not_kept()
    {
        await (Agent(1) with { Group = 5 }).AnnounceAsync();
        await (Agent(1) with { Group = 6 }).AnnounceAsync();
        await Shared.ExchangeAsync();
        await using var other = await OpenMoreAsync(isServed: group => group == 6);

        Assert.Equal(new RegisterSize(1, 1), other.Size);
    }

    [Fact]
    public async Task A_batch_that_was_not_answered_is_there_once()
    {
        await Shared.ExchangeAsync();
        _redis.Freeze();
        await Agent(1).AnnounceAsync();
        // Until the patience with the Redis is over, which has what was sent.
        await UntilAsync(() => Shared.IsAlone);
        await Agent(2).AnnounceAsync();
        _redis.Thaw();
        await UntilAsync(() => !Shared.IsAlone);
        await Shared.ExchangeAsync();

        // Both may have gone together, where an exchange was under way already.
        Assert.InRange(await CountBatchesAsync(), 1, 2);
        await using var other = await OpenMoreAsync();
        Assert.Equal(new RegisterSize(1, 2), other.Size);
    }

    [Fact]
    public async Task When_the_journal_is_another_one_all_of_it_is_read()
    {
        await using var other = await OpenMoreAsync();
        await _redis.RunAsync("XADD", Journal.Key, "9999999999999-5", "until", "9999999999", "tracker", "another", "batch", "");
        await Shared.ExchangeAsync();
        await _redis.RunAsync("DEL", Journal.Key);
        await new RegisteredAgent(other, 1, Door).AnnounceAsync();
        await other.ExchangeAsync();
        await Shared.ExchangeAsync();

        Assert.Equal([1], (await Agent(2).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task Of_many_swarms_only_those_with_news_are_told()
    {
        await Agent(1).AnnounceManyAsync(Enumerable.Range(0, Announce.SwarmsMax));
        await Shared.ExchangeAsync();
        await Agent(1).AnnounceManyAsync(Enumerable.Range(0, Announce.SwarmsMax).Append(Announce.SwarmsMax).Skip(1));
        await Shared.ExchangeAsync();

        var batches = ((RedisResult[])(await _redis.RunAsync("XRANGE", Journal.Key, "-", "+"))!).Select(entry => ((byte[])entry[1][5]!).Length).ToArray();
        Assert.Equal(2, batches.Length);
        Assert.InRange(batches[1], 1, batches[0] / 10);
        await using var other = await OpenMoreAsync();
        Assert.Equal(new RegisterSize(Announce.SwarmsMax + 1, Announce.SwarmsMax + 1), other.Size);
    }

    [Fact]
    public async Task A_tracker_whose_clock_is_ahead_takes_nobody_away_and_keeps_nobody_longer()
    {
        await Agent(1).AnnounceAsync();
        await using var other = await OpenMoreAsync(At(100 * Life));
        await new RegisteredAgent(other, 2, Door).AnnounceAsync(at: 100 * Life);
        await other.ExchangeAsync();
        await Shared.ExchangeAsync();

        Assert.Equal([1, 2], (await Agent(3).AnnounceAsync(at: Life - 1)).Numbers.Order());
        Assert.Equal([3], (await Agent(4).AnnounceAsync(at: Life)).Numbers);
    }

    [Fact]
    public async Task What_is_older_than_what_one_knows_changes_nothing()
    {
        await using var other = await OpenMoreAsync();
        await new RegisteredAgent(other, 1, Door).AnnounceAsync(left: 100, happened: AnnounceEvent.Started);
        await Agent(1).AnnounceAsync(at: 5, left: 0, totals: new PeerTotals(100, 0, 0));
        _time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(Start + 5));
        await other.ExchangeAsync();
        await Shared.ExchangeAsync();

        Assert.Equal(1, (await Agent(2).AnnounceAsync(at: 6)).Said.Complete);
    }

    [Fact]
    public async Task What_nobody_can_read_is_passed_over_and_said_once()
    {
        await _redis.RunAsync("XADD", Journal.Key, "*", "until", "9999999999", "tracker", "another", "batch", "a later version's");
        await _redis.RunAsync("XADD", Journal.Key, "*", "until", "9999999999", "tracker", "another", "batch", new byte[] { 1, 2, 3 });
        await Shared.ExchangeAsync();
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();
        await using var other = await OpenMoreAsync();

        Assert.Equal(new RegisterSize(1, 1), other.Size);
        Assert.False(Shared.IsAlone);
        Assert.Equal(2, Log.Split("Passed over").Length - 1); // once by each of the two
    }

    [Fact]
    public async Task What_a_redis_refuses_is_told_by_its_words_and_sent_again()
    {
        await _redis.RunAsync("SET", Journal.Key, "somebody else's");
        await Agent(1).AnnounceAsync();
        await Shared.ExchangeAsync();

        Assert.True(Shared.IsAlone);
        Assert.Contains("WRONGTYPE", Log, StringComparison.Ordinal);
        Assert.Equal([1], (await Agent(2).AnnounceAsync()).Numbers);
        await _redis.RunAsync("DEL", Journal.Key);
        await Shared.ExchangeAsync();
        await using var other = await OpenMoreAsync();
        Assert.Equal(new RegisterSize(1, 2), other.Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:notaport,password=secret1")]
    [InlineData("localhost,password=secret1,nosuchoption=secret1")]
    public async Task Options_that_make_no_sense_are_refused_without_showing_them(string options)
    {
        var opened = await Journal.OpenAsync(options, "secret1");

        Assert.False(opened.Succeeded);
        Assert.DoesNotContain("secret1", opened.Failure.Text, StringComparison.Ordinal);
    }
}

/// <summary>Two trackers over a real Redis keep what one alone promises.</summary>
public sealed class TwoSharedSwarmsTests(RedisServer redis) : SwarmRegisterContract, IClassFixture<RedisServer>
{
    internal override async Task<ISwarmRegister> OpenAsync()
    {
        await redis.FlushAsync();
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Start));
        return new TakingTurns(await OpenOneAsync(1, time), await OpenOneAsync(2, time), time);
    }

    async Task<SharedSwarms> OpenOneAsync(int seed, FakeTimeProvider time)
    {
        var journal = await Journal.OpenAsync(redis.Address, null);
        Assert.True(journal.Succeeded, journal.Failure?.ToString());
        return await SharedSwarms.StartAsync(new MemorySwarms(peersMax: 100_000, seed), journal.Value, _ => true, time, NullLogger.Instance);
    }
}
