using Haul.Engine.Jobs;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Which changes of a job are told, when, and as how many events.</summary>
public sealed class JobBookTests
{
    readonly FakeTimeProvider _time = new();
    readonly JobBook _book;
    readonly Job _job;

    public JobBookTests()
    {
        _book = new JobBook(_time);
        _job = NewJob();
    }

    [Fact]
    public void Nothing_is_shown_before_it_is_published()
    {
        _book.Add(_job);
        Assert.Null(_book.Read(_job.Id));
        Assert.Equal(0, _book.Events.Last);

        Publish();
        _book.Enter(_job, JobState.Queued);

        Assert.Equal(JobState.Suspended, _book.Read(_job.Id)!.State);
        Publish();
        Assert.Equal(JobState.Queued, _book.Read(_job.Id)!.State);
    }

    [Fact]
    public void A_new_job_is_one_event_whatever_was_done_to_it_at_once()
    {
        _book.Add(_job);
        _book.Touch(_job, JobEventKind.Files);
        _book.Touch(_job, JobEventKind.Properties);
        _book.Enter(_job, JobState.Queued);
        _book.Enter(_job, JobState.Transferring);

        Assert.Equal([(JobEventKind.Created, JobState.Transferring)], Publish());
    }

    [Fact]
    public void Each_change_of_state_is_one_event_with_the_job_as_it_was_then()
    {
        Known();
        _book.Enter(_job, JobState.Transferring);
        _book.Enter(_job, JobState.TransientError);
        _book.Enter(_job, JobState.Error);

        Assert.Equal([(JobEventKind.State, JobState.Transferring), (JobEventKind.State, JobState.TransientError), (JobEventKind.State, JobState.Error)], Publish());
    }

    [Fact]
    public void A_job_that_got_its_slot_at_once_was_never_queued_for_anyone_to_see()
    {
        var other = NewJob();
        _book.Add(other);
        Known();
        _book.Enter(_job, JobState.Queued);
        _book.Enter(_job, JobState.Transferring);
        Assert.Equal([(JobEventKind.State, JobState.Transferring)], Publish());

        _book.Enter(_job, JobState.Queued);
        Publish();
        _book.Enter(_job, JobState.Transferring);
        Assert.Equal([(JobEventKind.State, JobState.Transferring)], Publish());

        _book.Enter(other, JobState.Queued);
        _book.Enter(_job, JobState.Queued);
        _book.Enter(other, JobState.Transferring);
        Assert.Equal(3, Publish().Count);
    }

    [Fact]
    public void Entering_the_state_it_is_in_is_no_event()
    {
        Known();
        _book.Enter(_job, JobState.Suspended);

        Assert.Empty(Publish());
    }

    [Fact]
    public void Files_properties_and_bytes_that_change_together_are_one_event()
    {
        Known();
        _book.TouchBytes(_job);
        _book.Touch(_job, JobEventKind.Properties);
        _book.Touch(_job, JobEventKind.Files);
        _book.Touch(_job, JobEventKind.Properties);
        _book.TouchBytes(_job);

        Assert.Equal([(JobEventKind.Files, JobState.Suspended)], Publish());
    }

    [Fact]
    public void What_changed_before_a_change_of_state_is_told_with_it_and_what_changed_after_it_by_itself()
    {
        Known();
        _book.Touch(_job, JobEventKind.Files);
        _book.Enter(_job, JobState.Queued);
        _book.Touch(_job, JobEventKind.Properties);

        Assert.Equal([(JobEventKind.State, JobState.Queued), (JobEventKind.Properties, JobState.Queued)], Publish());
    }

    [Fact]
    public void Bytes_are_told_and_not_recorded()
    {
        Known();
        _time.Advance(TimeSpan.FromSeconds(5));
        _book.TouchBytes(_job);

        Assert.Empty(_book.TakeDirty());
        Assert.False(_book.HasNewStates);
        Assert.Equal([(JobEventKind.Progress, JobState.Suspended)], Publish());
        Assert.Equal(_time.GetUtcNow(), _job.Modified);
    }

    [Fact]
    public void Every_other_change_is_to_be_recorded()
    {
        Known();
        _book.Touch(_job, JobEventKind.Properties);
        Assert.Equal([_job], _book.TakeDirty());

        Known();
        Assert.Empty(_book.TakeDirty());
        _book.Enter(_job, JobState.Queued);
        Assert.Equal([_job], _book.TakeDirty());
    }

    [Fact]
    public void What_could_not_be_recorded_is_tried_again_until_the_job_is_gone()
    {
        Known();
        _book.Touch(_job, JobEventKind.Properties);
        _book.TakeDirty();
        Publish();
        Assert.Equal([_job], _book.TakeDirty());

        _book.Remove(_job);
        Assert.Empty(_book.TakeDirty());
    }

    [Fact]
    public void New_jobs_and_new_states_are_recorded_at_once()
    {
        _book.Add(_job);
        Assert.True(_book.HasNewStates);
        Publish();
        Assert.False(_book.HasNewStates);
        _book.Touch(_job, JobEventKind.Files);
        Assert.False(_book.HasNewStates);
        _book.Enter(_job, JobState.Queued);
        Assert.True(_book.HasNewStates);
    }

    [Fact]
    public void The_number_of_a_job_s_change_grows_across_all_jobs()
    {
        var other = NewJob();
        _book.Add(_job);
        _book.Add(other);
        _book.Touch(_job, JobEventKind.Properties);
        _book.Enter(other, JobState.Queued);

        Assert.Equal((3L, 4L), (_job.Sequence, other.Sequence));
    }

    [Fact]
    public void A_restored_job_is_shown_and_the_numbers_go_on_behind_it()
    {
        _job.Sequence = 41;
        _book.Restore(_job);
        Assert.Equal(41, _book.Read(_job.Id)!.Sequence);
        Assert.Equal(0, _book.Events.Last);

        _book.Touch(_job, JobEventKind.Properties);
        Publish();

        Assert.Equal(42, _book.Read(_job.Id)!.Sequence);
    }

    [Fact]
    public void Listeners_and_callbacks_are_told_the_same_in_the_same_order()
    {
        var other = NewJob();
        _book.Add(_job);
        _book.Add(other);
        _book.Enter(_job, JobState.Queued);
        Known();
        _book.Enter(other, JobState.Queued);
        _book.Enter(_job, JobState.Suspended);
        _book.Enter(other, JobState.Error);
        var last = _book.Events.Last;
        var told = new List<JobSnapshot>();

        _book.Publish((_, _, snapshot) => told.Add(snapshot));

        Assert.Equal(3, told.Count);
        Assert.Equal(told, _book.Events.Since(last, out _)!.Select(one => one.Job));
    }

    [Fact]
    public void A_final_job_is_forgotten_but_can_still_be_asked_for_a_while()
    {
        var jobs = Enumerable.Range(0, JobBook.FinalKept + 1).Select(_ => NewJob()).ToArray();
        foreach (var job in jobs)
        {
            _book.Add(job);
            Publish();
            _book.Enter(job, JobState.Cancelled);
            _book.Remove(job);
            Publish();
        }

        Assert.Equal(0, _book.Count);
        Assert.Empty(_book.ReadAll());
        Assert.Null(_book.Read(jobs[0].Id));
        Assert.Equal(JobState.Cancelled, _book.Read(jobs[1].Id)!.State);
        Assert.Equal(JobState.Cancelled, _book.Read(jobs[^1].Id)!.State);
    }

    [Fact]
    public void A_user_s_jobs_are_counted_while_they_are_not_final()
    {
        _book.Add(_job);
        Assert.Equal((1, 0), (_book.CountOf(1), _book.CountOf(2)));

        _job.State = JobState.Cancelled;
        Assert.Equal(0, _book.CountOf(1));
    }

    Job NewJob() => new(Guid.NewGuid(), new Caller(1, 1, "ann", false), "test", _time.GetUtcNow());

    // The job is on record and all that happened so far was told.
    void Known()
    {
        if (!_book.TryFind(_job.Id, out _))
            _book.Add(_job);
        Publish();
        foreach (var job in _book.Jobs)
            job.IsDirty = false;
    }

    List<(JobEventKind, JobState)> Publish()
    {
        var told = new List<(JobEventKind, JobState)>();
        _book.Publish((_, kind, snapshot) => told.Add((kind, snapshot.State)));
        return told;
    }
}
