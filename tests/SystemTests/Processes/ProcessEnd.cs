namespace Haul.SystemTests.Processes;

/// <summary>The end of a process that is not ours, by its number.</summary>
static class ProcessEnd
{
    /// <summary>Waits until it is no more, or is dead and nobody has asked for it.</summary>
    public static async Task WaitAsync(string id)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (IsAlive(id))
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
    }

    static bool IsAlive(string id)
    {
        try
        {
            // NUMBER (NAME) STATE ...: Z and X are dead.
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
