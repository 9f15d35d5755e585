using System.CommandLine;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul suspend, resume and complete: one verb for one or more jobs.</summary>
static class StateCommand
{
    public static Command Suspend(Terminal terminal) => Build(terminal, "suspended", job => job.SuspendAsync(), new Manual("suspend", "Pause jobs.")
    {
        Synopsis = "ID...",
        Details = ["Pauses the jobs. What is here of their files is kept, and haul resume goes on with it."],
        Examples = [("Free the line for a while:", "haul suspend 1f3a")],
    });

    public static Command Resume(Terminal terminal) => Build(terminal, "resumed", job => job.ResumeAsync(), new Manual("resume", "Start jobs, or start them again.")
    {
        Synopsis = "ID...",
        Details = ["Starts jobs that were made with --suspended, paused, or ended in an error. Jobs that wait for their next try are tried at once."],
        Examples = [("Try again after the cause of an error is gone:", "haul resume 1f3a")],
    });

    public static Command Complete(Terminal terminal) => Build(terminal, "completed", job => job.CompleteAsync(), new Manual("complete", "End jobs and put their files in place.")
    {
        Synopsis = "ID...",
        Details = ["Ends the jobs and gives the files that are here in whole their names. Files that are not whole yet are deleted: then it says that the job was completed in part."],
        Examples = [("Take the files of a job that is transferred:", "haul complete 1f3a")],
        Exits = [ExitCode.Failed, ExitCode.Refused, ExitCode.NoAgent, ExitCode.Disk],
    });

    static Manual Build(Terminal terminal, string done, Func<HaulJob, Task<HResult>> act, Manual command)
    {
        var ids = JobIds.Many();
        command.Arguments.Add(ids);
        command.SetAction((parse, _) => RunAsync(terminal, parse.GetRequiredValue(ids), done, act));
        return command;
    }

    static async Task<int> RunAsync(Terminal terminal, string[] ids, string done, Func<HaulJob, Task<HResult>> act)
    {
        await using var client = await HaulClient.ConnectAsync();
        var exit = ExitCode.Success;
        foreach (var id in ids)
        {
            // One that cannot be found or changed does not keep the others from it.
            var failed = await ActAsync(terminal, client, id, done, act);
            exit = exit == ExitCode.Success ? failed : exit;
        }
        return exit;
    }

    /// <summary>Finds a job, does it, and says that it is done.</summary>
    public static async Task<int> ActAsync(Terminal terminal, HaulClient client, string id, string done, Func<HaulJob, Task<HResult>> act)
    {
        try
        {
            var found = await JobIds.FindAsync(client, id);
            if (!found.Succeeded)
                return terminal.Fail(found.Failure);
            var code = await act(found.Value);
            var remark = code == HResults.BG_S_PARTIAL_COMPLETE ? " in part: some files were not here yet, and are lost"
                : code == HResults.BG_S_UNABLE_TO_DELETE_FILES ? ", but some temporary files could not be deleted"
                : "";
            terminal.Line($"{JobIds.Short(found.Value.Id)} {done}{remark}");
            return ExitCode.Success;
        }
        catch (HaulException e)
        {
            return terminal.Fail(e.Failure);
        }
    }
}
