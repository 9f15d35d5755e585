using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;

namespace Haul.Agent.Commands;

/// <summary>The folder in which the administrator registers commands: a file for each class, read anew each time. Any thread.</summary>
/// <param name="directory">The folder.</param>
/// <param name="isSystem">Commands are started for all users: only root may have written what they are.</param>
/// <param name="time">For how long a thing was not said.</param>
/// <param name="log">Where is said what is wrong with a registration.</param>
[SupportedOSPlatform("linux")]
sealed class CommandRegistrations(string directory, bool isSystem, TimeProvider time, ILogger log)
{
    const uint GroupAndOthersWrite = 0b010_010;
    const uint OthersWrite = 0b000_010;

    /// <summary>The same is said again after this time, and not for every job.</summary>
    static readonly TimeSpan SayAgainAfter = TimeSpan.FromHours(1);

    /// <summary>What was said that is remembered, one for each wrong file; beyond that all is forgotten and may be said again.</summary>
    const int SaidMax = 64;

    readonly ConcurrentDictionary<string, long> _said = [];

    /// <summary>The command of a class; null where there is none that can be used.</summary>
    public CommandRegistration? Find(Guid clsid)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{clsid:D}.json");
        var bytes = TrustedFile.Read(directory, name, isSystem ? GroupAndOthersWrite : OthersWrite, CommandRegistration.BytesMax);
        var found = bytes.Succeeded ? CommandRegistration.Parse(Path.Combine(directory, name), bytes.Value) : bytes.Failure;
        if (!found.Succeeded && found.Code != HResults.E_NOT_SET)
            Say(found.Failure.Text);
        return found.Value;
    }

    void Say(string what)
    {
        if (_said.TryGetValue(what, out var said) && time.GetElapsedTime(said) < SayAgainAfter)
            return;
        if (_said.Count >= SaidMax)
            _said.Clear();
        _said[what] = time.GetTimestamp();
        CommandLog.CannotUse(log, what);
    }
}
