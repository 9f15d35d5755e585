namespace Haul.Engine.Uploads;

/// <summary>How much is kept, and what goes when it is more. Pure.</summary>
/// <param name="AgeMax">How long after a content was fetched.</param>
/// <param name="BytesMax">Bytes that are on the disk for peers alone.</param>
/// <param name="CountMax">Contents.</param>
/// <param name="HeldMax">Contents whose files cannot be closed and opened again.</param>
sealed record KeepBounds(TimeSpan AgeMax, long BytesMax, int CountMax, int HeldMax)
{
    /// <summary>The names of those that go: what is too old, then what was not used for longest.</summary>
    public IReadOnlyList<string> Excess(IEnumerable<KeepFacts> kept, DateTimeOffset now)
    {
        var going = new List<string>();
        var staying = new List<KeepFacts>();
        foreach (var each in kept.OrderBy(each => each.UsedAt))
        {
            // What was fetched in the future was fetched under another clock: it counts as new.
            if (now - each.AddedAt > AgeMax)
                going.Add(each.Name);
            else
                staying.Add(each);
        }
        var bytes = staying.Sum(each => each.OwnBytes);
        var held = staying.Count(each => each.IsHeld);
        var count = staying.Count;
        foreach (var each in staying)
        {
            var isTooMuch = count > CountMax || (bytes > BytesMax && each.OwnBytes > 0) || (held > HeldMax && each.IsHeld);
            if (!isTooMuch)
                continue;
            going.Add(each.Name);
            (bytes, held, count) = (bytes - each.OwnBytes, held - (each.IsHeld ? 1 : 0), count - 1);
        }
        return going;
    }
}

/// <summary>What counts of a kept content.</summary>
/// <param name="Name">Its name on the shelf.</param>
/// <param name="AddedAt">When it was fetched.</param>
/// <param name="UsedAt">When a peer last took of it.</param>
/// <param name="OwnBytes">Bytes that are on the disk only because it is kept: none while the user's own name of the file stands.</param>
/// <param name="IsHeld">Its file is not on the shelf, only open.</param>
readonly record struct KeepFacts(string Name, DateTimeOffset AddedAt, DateTimeOffset UsedAt, long OwnBytes, bool IsHeld);
