using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Api.NotificationKind;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Who is told of a job with a notification class while it has no callback.</summary>
public sealed class JobStandInTests : IDisposable
{
    static readonly Guid _class = StandInRig.Class;

    readonly StandInRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(JobState.Transferred, JobTransferred)]
    [InlineData(JobState.Error, JobError)]
    public void Is_told_once_what_must_be_acknowledged(JobState state, NotificationKind kind)
    {
        _rig.StandIn();
        var job = _rig.JobIn(state);
        _rig.PassAnHour();

        Assert.Equal((kind, job, state, _class), (_rig.Heard.Single().Kind, _rig.Heard[0].Job.Id, _rig.Heard[0].Job.State, _rig.Heard[0].Job.NotificationClsid));
    }

    [Fact]
    public void Is_told_what_was_due_before_it_came()
    {
        _rig.JobIn(JobState.Transferred);
        _rig.JobIn(JobState.Error);

        _rig.StandIn();

        Assert.Equal([JobTransferred, JobError], _rig.Heard.Select(one => one.Kind));
    }

    [Theory]
    [InlineData(NotifyFlags.JobError)]
    [InlineData(NotifyFlags.JobModification | NotifyFlags.FileTransferred)]
    [InlineData(NotifyFlags.JobTransferred | NotifyFlags.Disable)]
    public void Is_not_told_what_the_job_does_not_ask_for_until_it_does(NotifyFlags flags)
    {
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Transferred, flags);
        Assert.Empty(_rig.Heard);

        _rig.World.Ask(jobs => jobs.ChangeAsync(_rig.World.Ann, job, new JobChange { NotifyFlags = NotifyFlags.JobTransferred }));

        Assert.Single(_rig.Heard);
    }

    [Fact]
    public void Is_told_of_a_class_when_that_is_set_and_of_another_anew()
    {
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Transferred, hasClass: false);
        Assert.Empty(_rig.Heard);

        _rig.SetClass(job, _class);
        _rig.SetClass(job, _class);
        _rig.SetClass(job, job);
        _rig.SetClass(job, Guid.Empty);

        Assert.Equal([_class, job], _rig.Heard.Select(one => one.Job.NotificationClsid));
    }

    [Fact]
    public void Is_not_told_while_a_callback_is_there()
    {
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Transferred, withCallback: (_, _) => Task.FromResult(E_FAIL));
        _rig.PassAnHour();
        Assert.Empty(_rig.Heard);
        Assert.Equal(DO_E_INVALID_STATE, _rig.World.Ask(jobs => jobs.DueAsync(job)).Code);

        _rig.World.Ask(jobs => jobs.SetCallbackAsync(_rig.World.Ann, job, null));

        Assert.Single(_rig.Heard);
    }

    [Fact]
    public void Is_not_told_what_a_callback_took_though_that_goes()
    {
        _rig.StandIn();
        JobCallback callback = (_, _) => Task.FromResult(S_OK);
        var job = _rig.JobIn(JobState.Transferred, withCallback: callback);

        _rig.World.BeginTogether(jobs => jobs.RemoveCallback(job, callback));
        _rig.World.Restart();
        _rig.StandIn();

        Assert.Empty(_rig.Heard);
    }

    [Fact]
    public void A_callback_that_comes_during_a_call_is_preferred_from_then_on()
    {
        _rig.Always = null;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Error);
        var told = 0;
        JobCallback callback = (_, _) => Task.FromResult(told++ < 3 ? E_FAIL : E_ABORT);
        _rig.World.Ask(jobs => jobs.SetCallbackAsync(_rig.World.Ann, job, callback));
        _rig.Answer(E_FAIL);
        _rig.PassAnHour();
        Assert.Equal((1, true), (_rig.Heard.Count, told > 3));

        _rig.World.BeginTogether(jobs => jobs.RemoveCallback(job, callback));

        Assert.Equal(2, _rig.Heard.Count);
    }

    [Fact]
    public void A_call_that_succeeds_counts_though_a_callback_came_meanwhile()
    {
        _rig.Always = null;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Error);
        JobCallback callback = (_, _) => Task.FromResult(E_FAIL);
        _rig.World.Ask(jobs => jobs.SetCallbackAsync(_rig.World.Ann, job, callback));
        _rig.Answer(S_OK);

        _rig.World.BeginTogether(jobs => jobs.RemoveCallback(job, callback));
        _rig.PassAnHour();

        Assert.Single(_rig.Heard);
    }

    [Fact]
    public void A_failed_call_is_repeated_by_the_schedule_of_callbacks_until_it_succeeds()
    {
        _rig.Always = E_FAIL;
        _rig.StandIn();
        _rig.JobIn(JobState.Error);
        Assert.Single(_rig.Heard);
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
            waits.Add(_rig.SecondsToNext());
        Assert.All(waits.Zip([1, 2, 4, 8, 16, 32]), pair => Assert.InRange(pair.First, pair.Second, pair.Second * 1.25 + 1));

        _rig.Always = S_OK;
        _rig.SecondsToNext();
        _rig.PassAnHour();

        Assert.Equal(8, _rig.Heard.Count);
    }

    [Fact]
    public void Nothing_is_repeated_once_the_state_has_changed_and_a_new_state_does_not_wait()
    {
        _rig.Always = E_FAIL;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Error);
        for (var i = 0; i < 8; i++)
            _rig.SecondsToNext();
        var before = _rig.Heard.Count;
        var file = _rig.World.Origin.Serve(_rig.LastUrl).Stalling(at: 10);
        _rig.World.Ask(jobs => jobs.ResumeAsync(_rig.World.Ann, job));
        _rig.PassAnHour();
        Assert.Equal((JobState.Transferring, before), (_rig.World.StateOf(job), _rig.Heard.Count));

        _rig.World.Go(file);

        Assert.Equal(before + 1, _rig.Heard.Count);
        Assert.InRange(_rig.SecondsToNext(), 1, 2.25);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_call_at_a_time_and_an_answer_to_an_older_one_acknowledges_nothing(bool isGood)
    {
        _rig.Always = null;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Error);
        _rig.World.Ask(jobs => jobs.ResumeAsync(_rig.World.Ann, job));
        Assert.Equal((JobState.Error, 1), (_rig.World.StateOf(job), _rig.Heard.Count));

        _rig.Answer(isGood ? S_OK : E_FAIL);
        Assert.Equal(2, _rig.Heard.Count);
        _rig.Answer(S_OK);
        _rig.PassAnHour();

        Assert.Equal(2, _rig.Heard.Count);
    }

    [Fact]
    public void What_was_not_acknowledged_is_told_again_after_a_crash()
    {
        _rig.Always = null;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Transferred);

        _rig.World.Crash();
        _rig.Always = S_OK;
        _rig.StandIn();

        Assert.Equal([job, job], _rig.Heard.Select(one => one.Job.Id));
    }

    [Fact]
    public void What_was_acknowledged_is_not_told_again_after_a_restart_or_a_crash_a_second_later()
    {
        _rig.StandIn();
        _rig.JobIn(JobState.Transferred);
        _rig.World.Restart();
        _rig.StandIn();
        Assert.Single(_rig.Heard);

        _rig.JobIn(JobState.Error);
        _rig.World.Pass(TimeSpan.FromSeconds(2));
        _rig.World.Crash();
        _rig.StandIn();

        Assert.Equal(2, _rig.Heard.Count);
    }

    [Fact]
    public void A_call_may_complete_the_job_from_inside_and_is_the_last()
    {
        var answers = new List<HResult>();
        _rig.StandIn(async (told, _) =>
        {
            _rig.Heard.Add(told);
            answers.Add((await _rig.World.Jobs.CompleteAsync(_rig.World.Ann, told.Job.Id)).Code);
            return E_FAIL;
        });
        var job = _rig.JobIn(JobState.Transferred);
        _rig.PassAnHour();

        Assert.Equal((S_OK, JobState.Acknowledged), (answers.Single(), _rig.World.StateOf(job)));
        Assert.Single(_rig.Heard);
    }

    [Fact]
    public void What_is_due_says_whose_the_job_is_and_ends_when_it_was_taken()
    {
        _rig.Always = null;
        _rig.StandIn();
        var job = _rig.JobIn(JobState.Transferred);

        var due = _rig.World.Ask(jobs => jobs.DueAsync(job));
        Assert.Equal((_rig.World.Ann, JobTransferred, job), (due.Value!.Owner, due.Value.Kind, due.Value.Job.Id));

        _rig.World.Ask(jobs => jobs.TakeOwnershipAsync(_rig.World.Root, job));
        Assert.Equal(_rig.World.Root, _rig.World.Ask(jobs => jobs.DueAsync(job)).Value!.Owner);
        _rig.Answer(S_OK);
        Assert.False(_rig.World.Ask(jobs => jobs.DueAsync(job)).Succeeded);
        Assert.False(_rig.World.Ask(jobs => jobs.DueAsync(Guid.NewGuid())).Succeeded);
    }

    [Fact]
    public async Task A_call_under_way_hears_that_the_engine_stops()
    {
        var isGone = false;
        _rig.StandIn((_, gone) =>
        {
            gone.Register(() => isGone = true);
            return new TaskCompletionSource<HResult>().Task;
        });
        _rig.JobIn(JobState.Error);

        await _rig.World.Stop();

        Assert.True(isGone);
    }
}
