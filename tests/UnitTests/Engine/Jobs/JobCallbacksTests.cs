using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Api.NotificationKind;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Callbacks of one job: in order, one at a time, each as the contract says (section 6.7).</summary>
public sealed class JobCallbacksTests
{
    [Fact]
    public void One_call_is_outstanding_at_most()
    {
        var rig = new CallbackRig().Registered();
        rig.Enter(JobState.Queued);
        rig.Enter(JobState.Transferring);
        Assert.Single(rig.Heard);

        rig.Answer(S_OK);
        Assert.Equal(2, rig.Heard.Count);
    }

    [Fact]
    public void Changes_are_told_in_order_each_with_the_job_as_it_was()
    {
        var rig = new CallbackRig().Registered();
        rig.Enter(JobState.Queued);
        rig.Enter(JobState.Transferring);
        rig.Enter(JobState.Transferred);
        for (var i = 0; i < 4; i++)
            rig.Answer(S_OK);

        Assert.Equal([JobModification, JobModification, JobModification, JobTransferred], rig.Kinds);
        Assert.Equal([JobState.Queued, JobState.Transferring, JobState.Transferred, JobState.Transferred], rig.Heard.Select(one => one.Job.State));
        Assert.Equal([1L, 2L, 3L, 4L], rig.Heard.Select(one => one.Number));
    }

    [Fact]
    public void States_files_and_properties_are_told_each_by_itself()
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Tell(JobEventKind.Files);
        rig.Tell(JobEventKind.Properties);
        rig.Enter(JobState.Queued);

        Assert.Equal([JobModification, JobModification, JobModification], rig.Kinds);
    }

    [Fact]
    public void Changes_that_wait_for_a_slow_callback_stay_apart()
    {
        var rig = new CallbackRig().Registered();
        rig.Tell(JobEventKind.Files);
        rig.Tell(JobEventKind.Properties);
        rig.Enter(JobState.Queued);
        rig.Answer(S_OK);
        rig.Always = S_OK;
        rig.Answer(S_OK);

        Assert.Equal(3, rig.Heard.Count);
    }

    [Fact]
    public void Bytes_wait_for_a_slow_callback_and_are_told_once()
    {
        var rig = new CallbackRig().Registered();
        rig.Tell(JobEventKind.Progress);
        for (var i = 0; i < 10; i++)
        {
            rig.Job.DisplayName = $"after {i}";
            rig.Tell(JobEventKind.Progress);
        }
        rig.Always = S_OK;
        rig.Answer(S_OK);

        Assert.Equal(2, rig.Heard.Count);
        Assert.Equal("after 9", rig.Heard[1].Job.DisplayName);
    }

    [Fact]
    public void At_most_256_changes_wait_and_the_newest_is_among_them()
    {
        var rig = new CallbackRig().Registered();
        for (var i = 0; i <= JobCallbacks.PendingMax + 100; i++)
        {
            rig.Job.DisplayName = $"{i}";
            rig.Tell(JobEventKind.Properties);
        }
        rig.Always = S_OK;
        rig.Answer(S_OK);

        Assert.Equal(1 + JobCallbacks.PendingMax, rig.Heard.Count);
        Assert.Equal($"{JobCallbacks.PendingMax + 100}", rig.Heard[^1].Job.DisplayName);
    }

    [Theory]
    [InlineData(NotifyFlags.None, 0)]
    [InlineData(NotifyFlags.JobTransferred, 1)]
    [InlineData(NotifyFlags.JobModification, 3)]
    [InlineData(NotifyFlags.FileTransferred, 1)]
    [InlineData(NotifyFlags.JobError, 0)]
    [InlineData(NotifyFlags.FileRangesTransferred, 0)]
    [InlineData((NotifyFlags)0x3B, 5)]
    [InlineData((NotifyFlags)0x3F, 0)]
    [InlineData(NotifyFlags.Disable | NotifyFlags.JobTransferred, 0)]
    public void Only_what_the_flags_name_is_told_and_nothing_when_disabled(NotifyFlags flags, int calls)
    {
        var rig = new CallbackRig(flags) { Always = S_OK }.Registered();
        rig.Tell(JobEventKind.Properties);
        rig.TellFile(0);
        rig.Enter(JobState.Transferred);

        Assert.Equal(calls, rig.Heard.Count);
    }

    [Fact]
    public void Transient_errors_are_no_job_error()
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Enter(JobState.TransientError);

        Assert.Equal([JobModification], rig.Kinds);
    }

    [Fact]
    public void A_file_that_came_is_told_by_its_index()
    {
        var rig = new CallbackRig(NotifyFlags.FileTransferred) { Always = S_OK }.Registered();
        rig.TellFile(7);

        Assert.Equal((FileTransferred, 7), (rig.Heard.Single().Kind, rig.Heard.Single().FileIndex));
    }

    [Fact]
    public void A_null_callback_unregisters()
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Tell(JobEventKind.Properties);
        rig.Register(null);
        rig.Tell(JobEventKind.Properties);

        Assert.Single(rig.Heard);
        Assert.True(rig.Gone.IsCancellationRequested);
    }

    [Fact]
    public void The_last_registration_wins_and_numbers_go_on()
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Tell(JobEventKind.Properties);
        var first = rig.Gone;
        rig.Registered();
        rig.Tell(JobEventKind.Properties);

        Assert.True(first.IsCancellationRequested);
        Assert.False(rig.Gone.IsCancellationRequested);
        Assert.Equal([1L, 2L], rig.Heard.Select(one => one.Number));
    }

    [Fact]
    public void The_answer_of_a_callback_that_was_replaced_changes_nothing()
    {
        var rig = new CallbackRig(NotifyFlags.JobError).Registered();
        rig.Enter(JobState.Error);
        rig.Registered();
        Assert.Equal(2, rig.Heard.Count);

        rig.Answer(E_FAIL);
        rig.Answer(S_OK);
        rig.Pass(TimeSpan.FromHours(1));

        Assert.Equal(2, rig.Heard.Count);
    }

    [Theory]
    [InlineData(JobState.Transferred, JobTransferred)]
    [InlineData(JobState.Error, JobError)]
    public void What_is_true_already_is_told_to_who_registers_later(JobState state, NotificationKind kind)
    {
        var rig = new CallbackRig { Always = S_OK };
        rig.Enter(state);
        rig.Registered();

        Assert.Equal([kind], rig.Kinds);
        Assert.Equal(state, rig.Heard[0].Job.State);
    }

    [Theory]
    [InlineData(JobState.Suspended)]
    [InlineData(JobState.Transferring)]
    [InlineData(JobState.TransientError)]
    public void Nothing_is_told_at_registration_while_nothing_is_final(JobState state)
    {
        var rig = new CallbackRig { Always = S_OK };
        rig.Enter(state);
        rig.Registered();

        Assert.Empty(rig.Heard);
    }

    [Fact]
    public void What_is_not_committed_yet_is_told_when_it_is_and_once()
    {
        var rig = new CallbackRig(NotifyFlags.JobTransferred) { Always = S_OK };
        rig.Enter(JobState.Transferring);
        rig.RegisterBefore(JobState.Transferred);
        Assert.Empty(rig.Heard);

        rig.Tell(JobEventKind.State);
        Assert.Equal([JobTransferred], rig.Kinds);
    }

    [Fact]
    public void A_callback_is_removed_unless_another_has_taken_its_place()
    {
        static Task<HResult> First(Notification told, CancellationToken gone) => Task.FromResult(S_OK);
        var rig = new CallbackRig { Always = S_OK };
        rig.Register(First);
        rig.Registered();
        rig.Remove(First);
        rig.Tell(JobEventKind.Properties);
        Assert.Single(rig.Heard);

        rig.Register(First);
        rig.Remove(First);
        rig.Tell(JobEventKind.Properties);
        Assert.Single(rig.Heard);
    }

    [Theory]
    [InlineData(1U, 2)]
    [InlineData(7U, 1)]
    public void Who_may_not_see_the_job_any_more_hears_no_more_of_it(uint newOwner, int heard)
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Tell(JobEventKind.Properties);
        rig.GiveTo(new Caller(newOwner, newOwner, "owner", false));
        rig.Tell(JobEventKind.Properties);

        Assert.Equal(heard, rig.Heard.Count);
    }

    [Fact]
    public void The_last_notifications_of_a_final_job_are_delivered_before_it_is_forgotten()
    {
        var rig = new CallbackRig().Registered();
        rig.Tell(JobEventKind.Files);
        rig.Job.State = JobState.Acknowledged;
        rig.Forget();
        Assert.False(rig.Gone.IsCancellationRequested);

        rig.Answer(S_OK);
        Assert.Equal(JobState.Acknowledged, rig.Heard[^1].Job.State);
        rig.Answer(S_OK);
        Assert.True(rig.Gone.IsCancellationRequested);
    }

    [Fact]
    public void The_end_of_the_agent_ends_every_registration()
    {
        var rig = new CallbackRig().Registered();
        rig.Tell(JobEventKind.Files);
        rig.EndAll();

        Assert.True(rig.Gone.IsCancellationRequested);
        rig.Answer(S_OK);
        rig.Tell(JobEventKind.Files);
        Assert.Single(rig.Heard);
    }

    [Fact]
    public void An_answer_between_the_end_and_its_commit_does_not_lose_the_end()
    {
        var rig = new CallbackRig().Registered();
        rig.Tell(JobEventKind.Properties);
        rig.ForgetBefore(JobState.Cancelled);
        rig.Answer(S_OK);
        Assert.False(rig.Gone.IsCancellationRequested);

        rig.Tell(JobEventKind.State);
        Assert.Equal(JobState.Cancelled, rig.Heard[^1].Job.State);
        rig.Answer(S_OK);
        Assert.True(rig.Gone.IsCancellationRequested);
    }

    [Fact]
    public void A_callback_that_has_heard_the_end_is_let_go_of_at_once()
    {
        var rig = new CallbackRig { Always = S_OK }.Registered();
        rig.Enter(JobState.Cancelled);
        Assert.False(rig.Gone.IsCancellationRequested);

        rig.ForgetBefore(JobState.Cancelled);
        Assert.True(rig.Gone.IsCancellationRequested);
    }
}
