using System.Runtime.Versioning;

namespace Haul.Engine.Platform;

/// <summary>As whom the agent runs; read once, since nothing changes it.</summary>
[UnsupportedOSPlatform("windows")]
static class AgentIdentity
{
    public static readonly uint Uid = PosixNative.GetEUid();
    public static readonly uint Gid = PosixNative.GetEGid();

    /// <summary>The supplementary groups, on Linux, where they matter for going back.</summary>
    public static readonly uint[] Groups = OperatingSystem.IsLinux() ? ThreadIdentity.Groups() : [];
}
