using System.Text.Json;
using System.Text.Json.Serialization;

namespace Haul.Engine.Discovery;

/// <summary>The JSON that agents and trackers speak; docs/tracker-api.md describes it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(TrackerAnnounce))]
[JsonSerializable(typeof(TrackerAnswer))]
sealed partial class TrackerJson : JsonSerializerContext;

/// <summary>What an agent says.</summary>
sealed record TrackerAnnounce(string Peer, int Port, IReadOnlyList<string> Addresses, string? Site, string? Restrict, IReadOnlyList<TrackerSwarm> Swarms);

/// <summary>One swarm of what an agent says.</summary>
sealed record TrackerSwarm(string Id, long Left, long Downloaded, long Uploaded, long FromOrigin, string Mode, int Wanted, string? Event);

/// <summary>What a tracker answers.</summary>
sealed record TrackerAnswer(double Interval, IReadOnlyList<TrackerSwarmAnswer?>? Swarms);

/// <summary>One swarm of an answer.</summary>
sealed record TrackerSwarmAnswer(string? Id, IReadOnlyList<TrackerPeer?>? Peers);

/// <summary>A peer of an answer.</summary>
sealed record TrackerPeer(string? Peer, IReadOnlyList<string?>? Addresses, int Port);
