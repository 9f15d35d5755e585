namespace Haul.Engine.Peers;

/// <summary>How long the frames of pieces to one peer are: so short that a message waits a moment behind one, where the way is slow, too.</summary>
/// <remarks>
/// Twenty hosts on two processors took 300 KB/s from each other: behind a frame of 256 KiB every claim came a second late, and a third more than one copy was
/// fetched (bench/flashcrowd). Of a way that nothing is known of, the first frame is short. Owned by the loop that sends.
/// </remarks>
sealed class FrameLength
{
    /// <summary>What a frame may take.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMilliseconds(50);

    /// <summary>Shorter ones cost both sides more than the wait: the receiver's loop looks at each. Not below <see cref="PeerLimits.PayloadBytesMin"/>, which is an offence.</summary>
    public const int Least = 64 << 10;

    /// <summary>The rate is that of so many bytes lately: the system takes in a short frame at once, and makes up for it with the next ones.</summary>
    const int Lately = 512 << 10;

    double _bytes;
    double _seconds;

    /// <summary>Bytes of the frame that was begun last. Any thread.</summary>
    public int Last { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>Bytes of the next frame, of so many that are left.</summary>
    public int Next(int left)
    {
        var fits = _bytes == 0 ? Least : _seconds > 0 ? _bytes / _seconds * TimeMax.TotalSeconds : PeerLimits.PayloadBytesMax;
        var whole = (int)Math.Clamp(fits, Least, PeerLimits.PayloadBytesMax) / PeerLimits.PayloadBytesMin * PeerLimits.PayloadBytesMin;
        return Last = Math.Min(left, whole);
    }

    /// <summary>A frame went out.</summary>
    /// <param name="count">Bytes of it.</param>
    /// <param name="took">How long the system took to take it in.</param>
    public void Sent(int count, TimeSpan took)
    {
        (_bytes, _seconds) = (_bytes + count, _seconds + took.TotalSeconds);
        if (_bytes > Lately)
            (_bytes, _seconds) = (_bytes / 2, _seconds / 2);
    }
}
