using System.Text.Json;
using Haul.Tracker.Swarms;

namespace Haul.Tracker.Announces;

/// <summary>Reads one member of "swarms".</summary>
static class SwarmReader
{
    /// <summary>Reads the object that the reader stands at the start of; what is wrong with it, or null.</summary>
    public static string? Read(ref Utf8JsonReader json, ref SwarmAnnounce swarm)
    {
        bool hasId = false, hasLeft = false, hasMode = false;
        long downloaded = 0, uploaded = 0, fromOrigin = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRight = true;
            if (json.ValueTextEquals("id"u8))
                isRight = hasId = ReadId(ref json, ref swarm);
            else if (json.ValueTextEquals("left"u8))
                isRight = hasLeft = Count(ref json, ref swarm.Left);
            else if (json.ValueTextEquals("downloaded"u8))
                isRight = Count(ref json, ref downloaded);
            else if (json.ValueTextEquals("uploaded"u8))
                isRight = Count(ref json, ref uploaded);
            else if (json.ValueTextEquals("fromOrigin"u8))
                isRight = Count(ref json, ref fromOrigin);
            else if (json.ValueTextEquals("mode"u8))
                isRight = hasMode = ReadMode(ref json, ref swarm);
            else if (json.ValueTextEquals("wanted"u8))
                isRight = ReadWanted(ref json, ref swarm);
            else if (json.ValueTextEquals("event"u8))
                isRight = ReadEvent(ref json, ref swarm);
            else
                AnnounceReader.Pass(ref json);
            if (!isRight)
                return Wrong;
        }
        swarm.Totals = new PeerTotals(downloaded, uploaded, fromOrigin);
        return hasId && hasLeft && hasMode ? null : Wrong;
    }

    static string Wrong =>
        "One of \"swarms\" is not an \"id\" of 64 hexadecimal digits, \"left\", a \"mode\" (lan, group, internet) and, at will, \"downloaded\", \"uploaded\","
        + $" \"fromOrigin\" (bytes up to {Announce.BytesMax}), \"wanted\" (up to {Announce.WantedMax}) and \"event\" (started, completed, stopped)";

    static bool ReadId(ref Utf8JsonReader json, ref SwarmAnnounce swarm)
    {
        Span<byte> id = stackalloc byte[SwarmHash.Size];
        if (!AnnounceReader.Hex(ref json, id))
            return false;
        swarm.Id = SwarmHash.Read(id);
        return true;
    }

    static bool Count(ref Utf8JsonReader json, ref long count)
    {
        if (AnnounceReader.Number(ref json, 0, Announce.BytesMax) is not { } number)
            return false;
        count = number;
        return true;
    }

    static bool ReadMode(ref Utf8JsonReader json, ref SwarmAnnounce swarm)
    {
        json.Read();
        PeerMode? mode = json.TokenType != JsonTokenType.String ? null
            : json.ValueTextEquals("lan"u8) ? PeerMode.Lan
            : json.ValueTextEquals("group"u8) ? PeerMode.Group
            : json.ValueTextEquals("internet"u8) ? PeerMode.Internet
            : null;
        swarm.Mode = mode ?? default;
        return mode is not null;
    }

    static bool ReadWanted(ref Utf8JsonReader json, ref SwarmAnnounce swarm)
    {
        if (AnnounceReader.Number(ref json, 0, Announce.WantedMax) is not { } number)
            return false;
        swarm.Wanted = (byte)number;
        return true;
    }

    static bool ReadEvent(ref Utf8JsonReader json, ref SwarmAnnounce swarm)
    {
        json.Read();
        AnnounceEvent? known = json.TokenType == JsonTokenType.Null ? AnnounceEvent.None
            : json.TokenType != JsonTokenType.String ? null
            : json.ValueTextEquals("started"u8) ? AnnounceEvent.Started
            : json.ValueTextEquals("completed"u8) ? AnnounceEvent.Completed
            : json.ValueTextEquals("stopped"u8) ? AnnounceEvent.Stopped
            : null;
        swarm.Event = known ?? default;
        return known is not null;
    }
}
