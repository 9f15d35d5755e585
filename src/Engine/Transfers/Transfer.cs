using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>One content on its way to this machine.</summary>
/// <remarks>
/// A download in nine steps, of which this folder does the middle ones:
/// <list type="number">
/// <item>Step 1: a client creates a job, adds files, resumes it (Jobs/JobManager.cs).</item>
/// <item>Step 2: the job is recorded durably, then each file handed to the scheduler (Jobs/JobRuns.cs).</item>
/// <item>Step 3: the scheduler starts a transfer: manifest (where there is one), length and version first, then a piece table.</item>
/// <item>Step 4: a connection fetches the pieces of its lease, one after another (Fetch.cs).</item>
/// <item>Step 5: each piece is hashed beside the receiving path, and the whole from front to back.</item>
/// <item>Step 6: the piece is written to the temporary file.</item>
/// <item>Step 7: the outcome goes to this loop's mailbox.</item>
/// <item>Step 8: the loop books it and asks for more, or gives the pieces of a lost source to another.</item>
/// <item>Step 9: all pieces are here and proved: the job is told, the file placed, the client called back (Jobs/JobEnding.cs).</item>
/// </list>
/// One loop owns the state; connections work beside it and post what happened. To restart, stop or fail, the loop first drains: it lets
/// every connection end and every piece under way report, and acts only then.
/// </remarks>
sealed class Transfer
{
    readonly TransferRequest _request;
    readonly TransferTools _tools;
    readonly HttpSource _source;
    readonly Action<Transfer, TransferReport> _report;
    readonly Mailbox<TransferEvent> _mailbox = new();
    readonly TransferSwarm? _swarm;

    // Owned by the loop.
    readonly TransferLeases _leases;
    readonly TransferHold _hold;
    Drain? _drain;
    bool _opening;
    int _restarts;
    bool _ended;

    public Transfer(TransferRequest request, HttpMessageInvoker http, TransferTools tools, Func<Policy> policy, Action<Transfer, TransferReport> report)
    {
        (_request, _tools, _report) = (request = TransferSwarm.WithKnownSize(request, tools, policy().Peers), tools, report);
        _source = new HttpSource(request.Origin, http, tools.Time);
        _hold = new TransferHold(request, tools, e => _mailbox.Post(e));
        _leases = new TransferLeases(request, tools, policy, e => _mailbox.Post(e));
        _swarm = TransferSwarm.For(request, tools, policy().Peers, _mailbox.Post);
        View = new TransferView(_hold, _leases, _source, _swarm);
    }

    /// <summary>How it goes. Any thread.</summary>
    public TransferView View { get; }

    /// <summary>Asks it to stop; it reports <see cref="TransferReport.Stopped"/> or an end that came first.</summary>
    public void Stop() => _mailbox.Post(TransferEvent.Stop.Asked);

    /// <summary>Runs until it has reported its end and let go of everything.</summary>
    public async Task RunAsync()
    {
        try
        {
            using var timer = _tools.Time.CreateTimer(_ => _mailbox.Post(TransferEvent.Tick.Passed), null, TransferLeases.Interval, TransferLeases.Interval);
            Open();
            while (!_ended && await _mailbox.WaitAsync())
            {
                while (!_ended && _mailbox.TryTake(out var e))
                    Handle(e);
            }
        }
        catch (Exception e)
        {
            // A bug in here must not leave the job waiting for ever, nor connections and peers with a transfer that is no more.
            _leases.StopAll();
            End(new TransferReport.Failed(new Failure(E_UNEXPECTED, $"{HttpFaults.Name(_request.Origin.Uri)}: internal error, please report it: {e}"), false, null));
            _swarm?.Leave(isForGood: true);
        }
    }

    void Handle(TransferEvent e)                                                          // :: Step 8
    {
        switch (e)
        {
            case TransferEvent.ManifestRead read: ManifestCame(read); break;
            case TransferEvent.Opened(var answer, var failure): Opened(answer, failure); break;
            case TransferEvent.PieceStored(var piece, var hash, var length): _hold.Store(piece, hash, _swarm?.MayRecord(piece) != false); _swarm?.Part?.Stored(piece, hash, length); break;
            case TransferEvent.OfSwarm(var news): _hold.Expect(_swarm!.Handle(news, _leases)); break;
            case TransferEvent.PieceFalse(var piece, var hash, var length): Deny(piece, hash, length); break;
            case TransferEvent.LeaseEnded ended: LeaseEnded(ended); break;
            case TransferEvent.Hashed hashed when _hold.Take(hashed) is { } lost: _swarm?.Part?.Lost(lost); break;
            case TransferEvent.DiskFailed(var failure): Fail(failure); break;
            case TransferEvent.Broke(var bug): Fail(new Failure(E_UNEXPECTED, $"Internal error, please report it: {bug}")); break;
            case TransferEvent.Tick: Tick(); break;
            case TransferEvent.Stop: StartDrain(new Drain.Stop()); break;
        }
        if (_drain is null && _hold.IsProved)
            Finish();
        if (_drain is not null)
            FinishDrain();
        else if (!_ended && _hold is { Ground: not null, IsAtEnd: false } && _swarm?.TryStep(_leases, _hold.Table!) != true)
            _leases.RequestMore(_hold.Ground, _hold.Table!);
    }

    /// <summary>Asks for the manifest, then for the first missing byte; where none is missing, what is held is proved at once.</summary>
    void Open()                                                                           // :: Step 3
    {
        _opening = true;
        if (_hold.Manifest.IsToBeRead)
        {
            _leases.Start(_hold.Manifest.ReadAsync(_source, _hold.RemoteLength, _leases.Stopping));
            return;
        }
        if (_hold.OpenHeld() is { IsComplete: true } && (!MayGoOn(_hold.Manifest.Check(_hold.RemoteLength)) || _hold.Begin(null, _source) is null))
            _opening = false;
        else if (_swarm?.MayBegin(_hold) != true)
            _leases.Start(OpenAsync(_hold.NoRanges ? null : _swarm?.FirstLook ?? _hold.FirstMissing, _hold.Known));
        else
            Begin(null);
    }

    void ManifestCame(TransferEvent.ManifestRead read)
    {
        _opening = false;
        if (_drain is null && MayGoOn(_hold.Manifest.Take(read.Manifest, read.Failure)))
            Open();
    }

    /// <summary>Tells what was found out about the manifest; false where it ends the transfer.</summary>
    bool MayGoOn(TransferReport? found)
    {
        if (found is TransferReport.Failed(var failure, var isTransient, var after))
            StartDrain(new Drain.Fail(failure, isTransient, after));
        else if (found is not null)
            Report(found);
        return _drain is null;
    }

    async Task OpenAsync((long First, long? End)? range, Validator? known)
    {
        var (answer, failure) = await _source.AskAsync(range?.First, range?.End, known, _leases.Stopping);
        _mailbox.Post(new TransferEvent.Opened(answer, failure));
    }

    void Opened(HttpAnswer? answer, SourceFailure? failure)
    {
        _opening = false;
        var isDescribed = _drain is null && _swarm is { IsOver: false } && _hold.Manifest.TryFollow(answer?.DescribedBy, answer?.Validator.Digest);
        if (_drain is null && answer is not null && !isDescribed)
        {
            View.From = answer.From.Host;
            Begin(answer);
            return;
        }
        answer?.Dispose();
        if (isDescribed)
            Open();
        else if (failure is not null && _drain is null)
            Lost(failure);
    }

    /// <summary>Makes ready for pieces, with the first answer or, where peers may bring all of it, before any.</summary>
    void Begin(HttpAnswer? answer)
    {
        _opening = false;
        if (MayGoOn(_hold.Manifest.Check(answer?.TotalLength ?? _hold.RemoteLength)) && _hold.Begin(answer, _source) is { } refused)
            Fail(refused);
        if (_drain is not null)
        {
            answer?.Dispose();
            return;
        }
        var ground = _hold.Ground!;
        Report(new TransferReport.Began(ground.File.Identity, ground.Known, _hold.Length, _hold.IsFresh, answer?.Headers ?? "", answer is null || answer.From == _request.Origin.Uri ? null : answer.From));
        if (_swarm?.TryJoin(ground, _hold, answer) == true)
            answer?.Dispose();
        else if (answer is not null)
            _leases.Begin(ground, _hold.Table!, answer);
    }

    /// <summary>A piece is not what the manifest says: it is asked for once more, by another request.</summary>
    void Deny(PieceIndex piece, PieceHash hash, int length)
    {
        _hold.Deny(piece, length);
        if (_swarm?.Part?.TakeBlame(piece, hash, length) == true || _drain is not null)
            return;
        _source.Distrust();
        _leases.CutWhoBrought(piece, _hold.Table!);
        var (failure, isLast) = _hold.Manifest.Deny(piece, View.From ?? _request.Origin.Uri.Host);
        // Where nobody told the length, there is no asking for a part.
        if (isLast || _hold.Length < 0 || _hold.Manifest.IsGivenUp)
            StartDrain(isLast || ++_restarts > TransferLimits.RestartsMax ? new Drain.Fail(failure, IsTransient: false, null) : new Drain.Restart(failure));
    }

    void LeaseEnded(TransferEvent.LeaseEnded ended)
    {
        var brought = _leases.End(ended, _hold.Table!);
        _hold.Expect(brought);
        _swarm?.Part?.LeaseEnded(ended.Lease, brought);
        if (_drain is not null || ended.Lease.IsAbandoned)
            return;
        if (ended.AtEndOfFile)
            _hold.EndAt(_hold.Ground!.Received);
        else if (ended.Failure is { } failure)
            Lost(failure);
    }

    /// <summary>Does what the loss of a connection, or of the first answer, means.</summary>
    void Lost(SourceFailure failure)
    {
        var rules = new SourceLossRules(_leases.Count, _swarm?.Part is { HasHelp: true }, _request.Ranges.Count == 0 && !_hold.NoRanges, _restarts < TransferLimits.RestartsMax);
        switch (rules.Of(failure.Fault))
        {
            case SourceLoss.Busy: _leases.Busy(failure.RetryAfter); break;
            case SourceLoss.Rest: _leases.Rest(); break;
            case SourceLoss.LeftToPeers: _swarm!.Part!.OriginBlocked(failure.RetryAfter); break;
            case SourceLoss.WithoutRanges: _hold.NoRanges = true; StartDrain(new Drain.Restart(failure.Failure)); break;
            case SourceLoss.FromStart: _restarts++; StartDrain(new Drain.Restart(failure.Failure)); break;
            case SourceLoss.FailForNow: StartDrain(new Drain.Fail(failure.Failure, IsTransient: true, failure.RetryAfter)); break;
            default: Fail(failure.Failure); break;
        }
    }

    void Tick()
    {
        if (_hold.Ground is null || _drain is not null)
            return;
        _hold.Tick();
        _leases.Tick(_hold.Ground, _hold.Table!, _swarm is { Part: not null });
        if (_hold.TakeFresh(TransferLimits.KeepEveryTicks) is { Count: > 0 } pieces)
            Report(new TransferReport.Kept(pieces));
    }

    void Finish()                                                                         // :: Step 9
    {
        if (_hold.Mismatch() is { } mismatch)
        {
            // Members that lied show here at the latest.
            if (_swarm?.TryDoubt() == true)
                return;
            // And so do answers that do not belong together: once more from the start, in one piece, without peers.
            if ((_hold.WasPieced || _swarm is { IsOver: false, KeptBytes: > 0 }) && ++_restarts <= TransferLimits.RestartsMax)
                StartDrain(new Drain.Restart(mismatch));
            else
                StartDrain(new Drain.Fail(mismatch, IsTransient: false, null) { IsVoid = true });
            return;
        }
        if (_hold.TakeFresh() is { Count: > 0 } pieces)
            Report(new TransferReport.Kept(pieces));
        _hold.Vouch();
        _swarm?.Finish(_hold);
        End(new TransferReport.Done(_hold.Sha256, _hold.Length));
    }

    void Fail(Failure failure) => StartDrain(new Drain.Fail(failure, IsTransient: false, null));

    /// <summary>The first reason wins, but a stop overrules a restart.</summary>
    void StartDrain(Drain reason)
    {
        if (_drain is null || (_drain is Drain.Restart && reason is not Drain.Restart))
            _drain = reason;
        _leases.StopAll();
        _swarm?.Leave(isForGood: reason is Drain.Restart);
        _hold.Hash.Stop();
    }

    void FinishDrain()
    {
        if (_opening || _leases.Count > 0 || !_hold.IsQuiet)
            return;
        (var reason, _drain) = (_drain!, null);
        if (reason is Drain.Restart(var why))
        {
            _hold.Void();
            _leases.Reset();
            Report(new TransferReport.Restarted(why));
            Open();
            return;
        }
        if (reason is Drain.Fail { IsVoid: true } wrong)
            Report(new TransferReport.Restarted(wrong.Failure));
        else if (_hold.TakeFresh() is { Count: > 0 } pieces)
            Report(new TransferReport.Kept(pieces));
        End(reason is Drain.Fail(var failure, var transient, var after) ? new TransferReport.Failed(failure, transient, after) : new TransferReport.Stopped());
    }

    void End(TransferReport last)
    {
        _ended = true;
        _mailbox.Close();
        while (_mailbox.TryTake(out var late))
            TransferSwarm.Drop((late as TransferEvent.OfSwarm)?.News);
        _hold.Dispose();
        _leases.Dispose();
        Report(last);
    }

    void Report(TransferReport report) => _report(this, report);
}
