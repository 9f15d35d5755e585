using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Api.NotificationKind;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>JobError and JobTransferred that fail are repeated until acknowledged (contract, section 12, item 15).</summary>
public sealed class RepeatedCallbacksTests
{
    static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(JobState.Error)]
    [InlineData(JobState.Transferred)]
    public void A_failed_call_is_repeated_until_it_succeeds(JobState state)
    {
        var rig = Failing(state);
        rig.Pass(_hour);
        rig.Pass(_hour);
        Assert.Equal(3, rig.Heard.Count);

        rig.Always = S_OK;
        rig.Pass(_hour);
        rig.Pass(_hour);

        Assert.Equal(4, rig.Heard.Count);
        Assert.Single(rig.Heard.Select(one => (one.Number, one.Kind)).Distinct());
    }

    [Fact]
    public void The_wait_grows_from_a_second_to_ten_minutes()
    {
        var rig = Failing(JobState.Error);
        var waits = new List<double>();
        for (var i = 0; i < 14; i++)
            waits.Add(SecondsToNext(rig));

        Assert.All(waits.Zip([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600, 600]), pair => Assert.InRange(pair.First, pair.Second, pair.Second * 1.25 + 1));
    }

    [Fact]
    public void Other_calls_in_between_do_not_shorten_the_wait()
    {
        var rig = Failing(JobState.Error, NotifyFlags.JobError | NotifyFlags.JobModification);
        for (var i = 0; i < 6; i++)
            SecondsToNext(rig);
        rig.Always = S_OK;
        rig.Tell(JobEventKind.Properties);
        rig.Always = E_FAIL;

        SecondsToNext(rig);

        Assert.InRange(SecondsToNext(rig), 128, 128 * 1.25 + 1);
    }

    [Fact]
    public void A_callback_that_throws_has_failed()
    {
        var rig = new CallbackRig(NotifyFlags.JobTransferred).Registered();
        rig.Enter(JobState.Transferred);
        rig.Throw(new InvalidOperationException("a bug of its owner"));
        rig.Pass(_hour);

        Assert.Equal([JobTransferred, JobTransferred], rig.Kinds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_modification_or_a_file_that_fails_is_not_repeated(bool isFile)
    {
        var rig = new CallbackRig(isFile ? NotifyFlags.FileTransferred : NotifyFlags.JobModification) { Always = E_FAIL }.Registered();
        rig.TellFile(0);
        rig.Pass(_hour);

        Assert.Single(rig.Heard);
    }

    [Fact]
    public void The_next_notifications_do_not_wait_for_a_repeat()
    {
        var rig = Failing(JobState.Error, NotifyFlags.JobError | NotifyFlags.JobModification);
        var before = rig.Heard.Count;
        rig.Tell(JobEventKind.Properties);

        Assert.Equal(JobModification, rig.Heard[before].Kind);
    }

    [Fact]
    public void Nothing_is_repeated_once_the_state_has_changed()
    {
        var rig = Failing(JobState.Error);
        rig.Enter(JobState.Queued);
        rig.Pass(_hour);

        Assert.Single(rig.Heard);
    }

    [Fact]
    public void Nothing_is_repeated_when_the_state_changed_during_the_failing_call()
    {
        var rig = new CallbackRig(NotifyFlags.JobError).Registered();
        rig.Enter(JobState.Error);
        rig.Enter(JobState.Queued);
        rig.Answer(E_FAIL);
        rig.Pass(_hour);

        Assert.Single(rig.Heard);
    }

    [Fact]
    public void An_error_that_comes_back_is_told_anew_and_repeated_by_its_own_schedule()
    {
        var rig = Failing(JobState.Error);
        rig.Enter(JobState.Queued);
        rig.Enter(JobState.Error);
        Assert.Equal(2, rig.Heard.Count);

        rig.Pass(_hour);

        Assert.Equal(3, rig.Heard.Count);
        Assert.Equal(rig.Heard[1].Number, rig.Heard[2].Number);
    }

    [Fact]
    public void Whoever_registers_next_is_told_and_the_old_one_not_again()
    {
        var rig = Failing(JobState.Transferred);
        rig.Always = S_OK;
        rig.Registered();
        rig.Pass(_hour);

        Assert.Equal([JobTransferred, JobTransferred], rig.Kinds);
    }

    [Fact]
    public void Unregistering_ends_the_repeats()
    {
        var rig = Failing(JobState.Transferred);
        rig.Register(null);
        rig.Pass(_hour);

        Assert.Single(rig.Heard);
    }

    static CallbackRig Failing(JobState state, NotifyFlags flags = NotifyFlags.JobError | NotifyFlags.JobTransferred)
    {
        var rig = new CallbackRig(flags) { Always = E_FAIL }.Registered();
        rig.Enter(state);
        return rig;
    }

    static double SecondsToNext(CallbackRig rig)
    {
        var count = rig.Heard.Count;
        var seconds = 0;
        for (; rig.Heard.Count == count && seconds < 3600; seconds++)
            rig.Pass(TimeSpan.FromSeconds(1));
        return seconds;
    }
}
