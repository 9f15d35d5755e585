using Haul.Engine.Pieces;

namespace Haul.Engine.Store;

/// <summary>How far a content can be hashed from the front: which pieces stand in the file, and which of them are still in memory.</summary>
/// <remarks>Not safe for several threads: the hasher's gate guards it.</remarks>
sealed class HashFront(PieceLayout layout)
{
    readonly PieceSet _stored = new(layout.Count);
    readonly Dictionary<int, PieceBuffer> _inMemory = [];
    readonly Dictionary<int, PieceHash> _unproved = [];
    int _next;
    int _ready;

    public PieceLayout Layout { get; set; } = layout;

    /// <summary>Something can be hashed, or everything has been.</summary>
    public bool HasWork => _next < _ready || IsAtEnd;

    public bool IsAtEnd => _next == Layout.Count;

    /// <summary>A piece was stored; it is kept in memory where its turn comes next, so that none is held while others are waited for.</summary>
    /// <returns>True where it is kept; else it is to be added once it was hashed as itself.</returns>
    public bool TryKeep(PieceIndex piece, PieceBuffer buffer)
    {
        if (piece.Value != _ready)
            return false;
        _inMemory[piece.Value] = buffer;
        Add(piece);
        return true;
    }

    /// <summary>A piece stands in the file, and is to be read back when its turn comes.</summary>
    public void Add(PieceIndex piece)
    {
        _stored.Add(piece);
        Advance();
    }

    /// <summary>So many pieces from the front are hashed already.</summary>
    public void GoOn(int pieces)
    {
        for (var i = 0; i < pieces; i++)
            _stored.Add(new PieceIndex(i));
        _next = _ready = pieces;
        Advance();
    }

    /// <summary>A piece was stored by an earlier run: to be held against this hash.</summary>
    public void Recall(PieceIndex piece, PieceHash hash)
    {
        _unproved[piece.Value] = hash;
        Add(piece);
    }

    /// <summary>A piece of an earlier run whose turn has not come, with its recorded hash; false where there is none that was not taken.</summary>
    public bool TryTakeAhead(out PieceIndex piece, out PieceHash hash)
    {
        foreach (var (index, recorded) in _unproved)
        {
            (piece, hash) = (new PieceIndex(index), recorded);
            return _unproved.Remove(index);
        }
        (piece, hash) = (default, default);
        return false;
    }

    /// <summary>A piece that was taken ahead is not what it should be: it is waited for again.</summary>
    /// <returns>False where its turn has come meanwhile: it is held against its hash once more then.</returns>
    public bool TryDrop(PieceIndex piece, PieceHash recorded)
    {
        if (piece.Value < _ready)
        {
            _unproved[piece.Value] = recorded;
            return false;
        }
        _stored.Remove(piece);
        return true;
    }

    /// <summary>Some piece of an earlier run was not read back.</summary>
    public bool HasUnproved => _unproved.Count > 0;

    /// <summary>The next piece to hash, with its memory or its recorded hash where there is one; false when it is not here yet.</summary>
    public bool TryTake(out PieceIndex piece, out PieceBuffer? buffer, out PieceHash? recorded)
    {
        piece = new PieceIndex(_next);
        (buffer, recorded) = (null, null);
        if (_next >= _ready)
            return false;
        _inMemory.Remove(_next, out buffer);
        recorded = _unproved.Remove(_next, out var hash) ? hash : null;
        _next++;
        return true;
    }

    /// <summary>The piece taken last is not what it should be: it is waited for again, and meanwhile no memory is held that it may need.</summary>
    /// <returns>The memory that was held: pieces to be added once they were hashed as themselves.</returns>
    public IReadOnlyList<(PieceIndex, PieceBuffer)> Lose(PieceIndex piece)
    {
        _stored.Remove(piece);
        _next = _ready = piece.Value;
        return LetGo();
    }

    /// <summary>Gives the memory that is held to the caller, and knows nothing more of its pieces.</summary>
    public IReadOnlyList<(PieceIndex, PieceBuffer)> LetGo()
    {
        var held = _inMemory.Select(each => (new PieceIndex(each.Key), each.Value)).ToArray();
        foreach (var (piece, _) in held)
            _stored.Remove(piece);
        _inMemory.Clear();
        return held;
    }

    void Advance()
    {
        while (_ready < _stored.Capacity && _stored.Contains(new PieceIndex(_ready)))
            _ready++;
    }
}
