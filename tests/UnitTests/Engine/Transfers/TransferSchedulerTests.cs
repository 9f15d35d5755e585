using CsCheck;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Transfers;

namespace Haul.UnitTests.Engine.Transfers;

/// <summary>Which files are fetched now.</summary>
public sealed class TransferSchedulerTests
{
    const string A = "http://a.test";
    const string B = "http://b.test";

    static readonly Guid _one = new("00000000-0000-0000-0000-000000000001");
    static readonly Guid _two = new("00000000-0000-0000-0000-000000000002");
    static readonly Guid _three = new("00000000-0000-0000-0000-000000000003");

    readonly OriginSlots _slots = new();
    readonly TransferScheduler _scheduler;
    Policy _policy = new() { TransfersMax = 100, BackgroundTransfersMax = 100, OriginConnectionsMax = 100 };

    public TransferSchedulerTests() => _scheduler = new TransferScheduler(_slots, () => _policy);

    [Fact]
    public void Without_files_there_is_nothing_to_do() => Assert.Null(_scheduler.Next());

    [Fact]
    public void Files_of_one_job_go_in_their_order()
    {
        Add(_one, 3);

        Assert.Equal([0, 1, 2], Drain().Select(file => file.Index));
    }

    [Fact]
    public void Jobs_take_turns_a_file_each()
    {
        Add(_one, 3);
        Add(_two, 1);
        Add(_three, 2);

        Assert.Equal([(_one, 0), (_two, 0), (_three, 0), (_one, 1), (_three, 1), (_one, 2)], Drain().Select(file => (file.Job, file.Index)));
    }

    [Fact]
    public void Foreground_goes_before_background_whoever_came_first()
    {
        Add(_one, 2);
        Add(_two, 2, isForeground: true);

        Assert.Equal([_two, _two, _one, _one], Drain().Select(file => file.Job));
    }

    [Fact]
    public void At_most_so_many_run()
    {
        _policy = _policy with { TransfersMax = 2 };
        Add(_one, 3, isForeground: true);

        var running = Drain();
        Assert.Equal(2, running.Count);
        _scheduler.Ended(running[0]);
        Assert.Single(Drain());
    }

    [Fact]
    public void Background_leaves_places_for_the_foreground()
    {
        _policy = _policy with { TransfersMax = 3, BackgroundTransfersMax = 2 };
        Add(_one, 5);
        Assert.Equal(2, Drain().Count);

        Add(_two, 2, isForeground: true);

        Assert.Equal([_two], Drain().Select(file => file.Job));
    }

    [Fact]
    public void A_host_at_its_limit_holds_up_no_other()
    {
        _policy = _policy with { OriginConnectionsMax = 1 };
        Add(_one, 2, A);
        Add(_two, 2, B);

        var running = Drain();
        Assert.Equal([A, B], running.Select(file => file.Host).Order());
        _scheduler.Ended(running.First(file => file.Host == B));
        Assert.Equal([B], Drain().Select(file => file.Host));
    }

    [Fact]
    public void Connections_of_all_hosts_together_are_limited()
    {
        for (var i = 0; i < SourceLimits.ConnectionsMax + 5; i++)
            _scheduler.Add(new ScheduledFile(_one, i, $"http://{i}.test", true));

        Assert.Equal(SourceLimits.ConnectionsMax, Drain().Count);
    }

    [Fact]
    public void A_removed_job_does_not_start_and_the_others_do()
    {
        Add(_one, 3, A);
        Add(_two, 1, A);
        Add(_one, 1, B);
        _scheduler.Remove(_one);

        Assert.Equal(1, _scheduler.WaitingCount);
        Assert.Equal([_two], Drain().Select(file => file.Job));
        Assert.Equal(0, _scheduler.WaitingCount);
    }

    [Fact]
    public void A_host_is_contended_while_files_wait_for_it()
    {
        Add(_one, 2, A);
        Assert.True(_slots.IsContended(A));
        _scheduler.Next();
        Assert.True(_slots.IsContended(A));
        _scheduler.Next();
        Assert.False(_slots.IsContended(A));

        Add(_two, 1, A);
        _scheduler.Remove(_two);
        Assert.False(_slots.IsContended(A));
    }

    [Fact]
    public void Hosts_for_which_a_foreground_file_waits_are_named()
    {
        _policy = _policy with { OriginConnectionsMax = 0 };
        Add(_one, 1, A);
        Add(_two, 1, B, isForeground: true);

        Assert.Equal([B], _scheduler.HostsWithForegroundWaiting);
    }

    [Fact]
    public void A_policy_that_was_swapped_counts_from_the_next_decision_on()
    {
        _policy = _policy with { TransfersMax = 0 };
        Add(_one, 2);
        Assert.Empty(Drain());

        _policy = _policy with { TransfersMax = 1 };
        Assert.Single(Drain());
    }

    // Whatever comes and goes: no limit is passed, each file starts once, and none is forgotten.
    [Fact]
    public void Limits_hold_and_no_file_is_lost() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 4], Gen.Int[1, 3], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool).Array[0, 120]).Sample((most, background, perHost, moves) =>
        {
            var slots = new OriginSlots();
            var scheduler = new TransferScheduler(slots, () => new Policy { TransfersMax = most, BackgroundTransfersMax = background, OriginConnectionsMax = perHost });
            var running = new List<ScheduledFile>();
            var waiting = new HashSet<ScheduledFile>();
            var index = 0;
            foreach (var (move, job, host, isForeground) in moves)
            {
                if (move < 2)
                    Enqueue(new ScheduledFile(new Guid(job, 0, 0, new byte[8]), index++, $"http://{host}.test", isForeground));
                else if (move == 2 && running.Count > 0)
                    End(running[job % running.Count]);
                else if (move == 3)
                    StartAll();
                else if (move == 4)
                    Drop(new Guid(job, 0, 0, new byte[8]));
                Assert.Equal(waiting.Count, scheduler.WaitingCount);
            }
            while (running.Count > 0 || waiting.Count > 0)
            {
                StartAll();
                Assert.NotEmpty(running);
                End(running[0]);
            }

            void Enqueue(ScheduledFile file)
            {
                waiting.Add(file);
                scheduler.Add(file);
            }

            void End(ScheduledFile file)
            {
                running.Remove(file);
                scheduler.Ended(file);
            }

            void Drop(Guid job)
            {
                waiting.RemoveWhere(file => file.Job == job);
                scheduler.Remove(job);
            }

            void StartAll()
            {
                while (scheduler.Next() is { } file)
                {
                    Assert.True(waiting.Remove(file));
                    running.Add(file);
                }
                Assert.True(running.Count <= most);
                Assert.True(running.Count(file => !file.IsForeground) <= background);
                Assert.True(running.GroupBy(file => file.Host).All(files => files.Count() <= perHost));
            }
        });

    void Add(Guid job, int files, string host = A, bool isForeground = false)
    {
        for (var i = 0; i < files; i++)
            _scheduler.Add(new ScheduledFile(job, i, host, isForeground));
    }

    List<ScheduledFile> Drain()
    {
        var files = new List<ScheduledFile>();
        while (_scheduler.Next() is { } file)
            files.Add(file);
        return files;
    }
}
