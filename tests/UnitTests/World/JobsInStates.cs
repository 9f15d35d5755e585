using Haul.Protocol.Contract;

namespace Haul.UnitTests.World;

/// <summary>Leads a real job into each state, the way a caller and an origin would.</summary>
static class JobsInStates
{
    /// <summary>A job of Ann's with one file, "a", in a state; its origin stalls from now on where it is asked again.</summary>
    public static Guid JobIn(this JobWorld world, JobState state)
    {
        var origin = world.Origin.Serve(JobWorld.Url("a"));
        var job = world.Create(JobWorld.File("a"));
        switch (state)
        {
            case JobState.Queued:
                world.Policy = world.Policy with { TransfersMax = 0 };
                break;
            case JobState.Transferring:
                origin.Stalling();
                break;
            case JobState.TransientError:
                origin.Refusing(503);
                break;
            case JobState.Error:
                origin.Refusing(404);
                break;
        }
        if (state is not (JobState.Suspended or JobState.Cancelled))
            world.Ask(jobs => jobs.ResumeAsync(world.Ann, job));
        if (state == JobState.Acknowledged)
            world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        if (state == JobState.Cancelled)
            world.Ask(jobs => jobs.CancelAsync(world.Ann, job));
        Assert.Equal(state, world.StateOf(job));
        origin.Status = null;
        origin.Stalling();
        return job;
    }
}
