using System.Security.Cryptography;
using System.Text.Json;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Pieces;

/// <summary>Reads a piece-hash file, or a Metalink in its place, as it comes, a buffer at a time, and holds it against what is known of it.</summary>
/// <remarks>
/// Whoever writes the text may be a stranger: it takes memory for its hashes and one window, and a text that is too long is refused
/// before it is read. After a defect the rest is only hashed, since a wrong digest says more than what is wrong with the text.
/// </remarks>
sealed class PieceHashReader : IDisposable
{
    /// <summary>Bytes that are looked at together; a token that is longer is none of ours.</summary>
    const int WindowBytes = 64 << 10;

    /// <summary>Objects in objects; ours have two levels, and what later versions add will not have many more.</summary>
    const int DepthMax = 16;

    readonly ManifestPin _pin;
    readonly long _textMax;
    readonly IncrementalHash? _digest;
    readonly PieceHashMembers _members;
    readonly byte[] _window = new byte[WindowBytes];
    int _filled;
    long _taken;
    JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = DepthMax });
    Failure? _defect;
    bool _hasBegun;
    readonly string _contentName;
    MemoryStream? _page;

    /// <param name="pin">What is known of it.</param>
    /// <param name="lengthBytes">The length of the content, or -1.</param>
    /// <param name="contentName">The last part of the content's path.</param>
    public PieceHashReader(ManifestPin pin, long lengthBytes, string contentName = "")
    {
        (_pin, _textMax, _contentName) = (pin, PieceHashFile.TextMaxFor(lengthBytes), contentName);
        _digest = pin.Text is { } digest ? IncrementalHash.CreateHash(digest.AlgorithmName) : null;
        _members = new PieceHashMembers();
    }

    /// <summary>Takes the next bytes; a failure when there are too many, and then nothing more is to be taken.</summary>
    public Failure? Take(ReadOnlySpan<byte> text)
    {
        _taken += text.Length;
        if (RefuseLength(_taken) is { } failure)
            return failure;
        _digest?.AppendData(text);
        while (text.Length > 0 && _defect is null)
        {
            var count = Math.Min(text.Length, _window.Length - _filled);
            text[..count].CopyTo(_window.AsSpan(_filled));
            _filled += count;
            text = text[count..];
            Parse(isLast: false);
        }
        return null;
    }

    /// <summary>Refuses a text that is announced, or has come, with such a length.</summary>
    public Failure? RefuseLength(long bytes) => bytes <= _textMax ? null : new Failure(DO_E_METAINFO_FILE_SIZE,
        $"the piece-hash file is longer than {_textMax} bytes, which is more than the hashes of this content take");

    /// <summary>The manifest, when all has come.</summary>
    public Outcome<Manifest> Finish()
    {
        if (_taken == 0)
            return new Failure(DO_E_METAINFO_FILE_SIZE, "the piece-hash file is empty");
        if (_defect is null)
            Parse(isLast: true);
        if (_pin.Text is { } expected && Convert.ToHexStringLower(_digest!.GetHashAndReset()) is var actual && actual != expected.Hex)
        {
            return new Failure(_page is not null ? DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER : DO_E_METAINFO_DIGEST_MATCH,
                $"the piece-hash file has the {expected.Algorithm} {actual}, and {expected.Hex} was expected{PageHint}");
        }
        return _defect is not null ? _defect : _page is not null ? FinishMetalink(_page) : _members.Finish(_pin);
    }

    Outcome<Manifest> FinishMetalink(MemoryStream page)
    {
        if (!MetalinkReader.MayBe(page.GetBuffer().AsSpan(0, (int)page.Length)))
            return NotJson("it begins with <");
        page.Position = 0;
        var read = MetalinkReader.Read(page, _contentName);
        if (!read.Succeeded)
            return read;
        if (_pin.HashOfHashes is { } expected && expected != read.Value.HashOfHashes)
            return new Failure(DO_E_METAINFO_HOH_MATCH, "the Metalink's piece hashes have another hash of hashes than was expected");
        return _pin.Unsigned(read.Value) is { } unsigned ? unsigned : read;
    }

    string PageHint => _page is not null ? "; it looks like a page, as networks send that want a login first" : "";

    void Parse(bool isLast)
    {
        if (!_hasBegun && !isLast && _filled < 3)
            return;
        if (!_hasBegun)
            Begin();
        if (_page is not null)
        {
            TakeOfPage(_page);
            return;
        }
        var reader = new Utf8JsonReader(_window.AsSpan(0, _filled), isLast, _state);
        try
        {
            while (_defect is null && reader.Read())
                _defect = _members.Take(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second one comes of escapes that are no characters.
            _defect = NotJson(e.Message);
        }
        _state = reader.CurrentState;
        var consumed = (int)reader.BytesConsumed;
        _window.AsSpan(consumed, _filled - consumed).CopyTo(_window);
        _filled -= consumed;
        if (_filled == _window.Length)
            _defect ??= NotJson($"a token is longer than {WindowBytes} bytes");
    }

    void TakeOfPage(MemoryStream page)
    {
        page.Write(_window, 0, _filled);
        _filled = 0;
        if (page.Length > MetalinkReader.TextMax)
            _defect = new Failure(DO_E_METAINFO_FILE_SIZE, $"the Metalink is longer than {MetalinkReader.TextMax} bytes");
    }

    /// <summary>Passes over a byte order mark, and sees whether a page has come in place of the file.</summary>
    void Begin()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        _hasBegun = true;
        var text = _window.AsSpan(0, _filled);
        if (text.StartsWith(mark))
        {
            text[mark.Length..].CopyTo(_window);
            _filled -= mark.Length;
        }
        if (_window.AsSpan(0, _filled).TrimStart(" \t\r\n"u8) is [(byte)'<', ..])
            _page = new MemoryStream();
    }

    Failure NotJson(string why) => new(_page is not null ? DO_E_PHF_PARSEJSON_POTENTIAL_PROXYSERVER : DO_E_METAINFO_PARSE_JSON, $"the piece-hash file is not JSON: {why}{PageHint}");

    public void Dispose()
    {
        _digest?.Dispose();
        _page?.Dispose();
    }
}
