using System.Globalization;
using System.Runtime.Versioning;
using Haul.Engine.Platform;

namespace Haul.Agent.Commands;

/// <summary>haul run-as PARENT UID GID NAME=VALUE... -- PROGRAM ARGUMENT...: how an agent starts a command as another user.</summary>
/// <remarks>
/// A managed process cannot fork, and its threads share the agent's rights. So the agent starts itself anew: this process gives up what the
/// user may not have, becomes the program, and returns only when it could not. It is for agents, and no page tells of it.
/// </remarks>
static class RunAs
{
    public const string Verb = "run-as";

    /// <summary>What stands behind the last variable.</summary>
    public const string EndOfVariables = "--";

    /// <summary>As env(1) has it: the program was found and could not be started.</summary>
    const int CannotStart = 126;

    const int Parent = 0;
    const int Uid = 1;
    const int Gid = 2;
    const int FirstVariable = 3;

    /// <summary>Becomes the program, or returns an exit code.</summary>
    /// <param name="words">What stands behind the verb.</param>
    public static int Main(string[] words)
    {
        var end = Array.IndexOf(words, EndOfVariables);
        if (!OperatingSystem.IsLinux() || end < FirstVariable || end == words.Length - 1
            || !uint.TryParse(words[Uid], CultureInfo.InvariantCulture, out var uid) || !uint.TryParse(words[Gid], CultureInfo.InvariantCulture, out var gid)
            || !int.TryParse(words[Parent], CultureInfo.InvariantCulture, out var parent))
        {
            Console.Error.WriteLine("haul: this is for agents, which start commands with it");
            return CannotStart;
        }
        var program = words[(end + 1)..];
        var error = ProgramSwitch.Execute(parent, uid == AgentIdentity.Uid ? null : UserOf(uid, gid), program, words[FirstVariable..end]);
        Console.Error.WriteLine($"haul: {program[0]} cannot be started as user {uid} ({error}): see that it is there and that this user may run it");
        return CannotStart;
    }

    [SupportedOSPlatform("linux")]
    static (uint Uid, uint Gid, uint[] Groups) UserOf(uint uid, uint gid) =>
        (uid, gid, new SupplementaryGroups(TimeProvider.System).Of(new Caller(uid, gid, "", IsAdministrator: false)));
}
