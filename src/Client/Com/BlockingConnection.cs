using System.Buffers.Text;
using System.Net.Sockets;
using System.Text.Unicode;

namespace Haul.Client.Com;

/// <summary>One connection to the agent, for one call at a time: HTTP/1.1 as the agent speaks it, on the thread that asks.</summary>
sealed class BlockingConnection(Socket socket) : IDisposable
{
    const int BufferBytes = 8 << 10;

    /// <summary>More than the files of the largest job take.</summary>
    const int AnswerBytesMax = 256 << 20;

    /// <summary>A getter is answered in less, and a thread that sleeps takes as long again to wake.</summary>
    static readonly TimeSpan AwakeMax = TimeSpan.FromMicroseconds(50);

    byte[] _buffer = new byte[BufferBytes];
    int _filled;

    /// <summary>When the last call ended.</summary>
    public long UsedAt { get; private set; }

    /// <summary>A byte of the answer came: the call reached the agent.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>The agent does not keep the connection.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The agent closed it while it was idle.</summary>
    public bool IsClosed => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Sends and waits for the whole answer; its body is good until the next call.</summary>
    /// <exception cref="IOException">The agent is gone, or does not speak HTTP.</exception>
    /// <exception cref="SocketException">The agent is gone.</exception>
    public BlockingAnswer Call(string method, string path, ReadOnlySpan<byte> body)
    {
        HasAnswer = false;
        Send(method, path, body);
        _filled = 0;
        if (method == "GET")
            StayAwake();
        var head = ReadHead();
        var answer = new AnswerHead(_buffer.AsSpan(0, head));
        IsLast = answer.IsLast;
        var (start, length) = answer.IsChunked ? ReadChunks(head) : (head, ReadTo(head, answer.Length));
        UsedAt = TimeProvider.System.GetTimestamp();
        return new BlockingAnswer(answer.Status, _buffer.AsMemory(start, length));
    }

    void Send(string method, string path, ReadOnlySpan<byte> body)
    {
        int written;
        while (!Utf8.TryWrite(
            _buffer, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nContent-Type: application/json\r\n\r\n", out written)
            || written + body.Length > _buffer.Length)
        {
            _buffer = new byte[2 * _buffer.Length + body.Length];
        }
        body.CopyTo(_buffer.AsSpan(written));
        for (var rest = _buffer.AsSpan(0, written + body.Length); rest.Length > 0;)
            rest = rest[socket.Send(rest)..];
    }

    /// <summary>Waits a moment without sleeping; whoever else wants the processor gets it.</summary>
    void StayAwake()
    {
        if (Environment.ProcessorCount == 1)
            return;
        for (var from = TimeProvider.System.GetTimestamp(); socket.Available == 0 && TimeProvider.System.GetElapsedTime(from) < AwakeMax;)
            Thread.Yield();
    }

    /// <summary>Reads up to the empty line; returns where the body begins.</summary>
    int ReadHead()
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
                return end + 4;
            ReadMore();
        }
    }

    int ReadTo(int start, int length)
    {
        while (_filled < start + length)
            ReadMore();
        return length;
    }

    /// <summary>Puts the chunks together, at the place where the first begins.</summary>
    (int Start, int Length) ReadChunks(int start)
    {
        var (next, length) = (start, 0);
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(next, _filled - next).IndexOf("\r\n"u8)) < 0)
                ReadMore();
            if (!Utf8Parser.TryParse(_buffer.AsSpan(next, line), out int size, out _, 'x') || size < 0)
                throw new IOException("The answer's chunks cannot be read.");
            next += line + 2;
            ReadTo(next, size + 2);
            _buffer.AsSpan(next, size).CopyTo(_buffer.AsSpan(start + length));
            (next, length) = (next + size + 2, length + size);
            if (size == 0)
                return (start, length);
        }
    }

    void ReadMore()
    {
        if (_filled == _buffer.Length)
        {
            if (_buffer.Length >= AnswerBytesMax)
                throw new IOException("The answer is too long.");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var read = socket.Receive(_buffer.AsSpan(_filled));
        if (read == 0)
            throw new IOException("The agent closed the connection.");
        HasAnswer = true;
        _filled += read;
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>What the agent answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">JSON, or nothing.</param>
readonly record struct BlockingAnswer(int Status, ReadOnlyMemory<byte> Body);
