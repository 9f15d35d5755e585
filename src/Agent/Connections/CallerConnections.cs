using System.Text;
using Haul.Agent.Routes;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Connections;

/// <summary>The door: finds out who connects, by the kernel's word, and lets in whom the agent is for, and not too often.</summary>
sealed class CallerConnections(AgentOptions options, TimeProvider time)
{
    /// <summary>Connections beyond a user's limit that get an answer before they are closed; still more are closed at once.</summary>
    const int RefusedMax = 16;

    /// <summary>How long one that is refused may take to say something.</summary>
    static readonly TimeSpan RefusalTimeout = TimeSpan.FromSeconds(2);

    readonly uint _own = PeerCredentials.Current().Uid;
    readonly CountPerUser _counts = new();

    /// <summary>What is wrapped around every connection.</summary>
    public ConnectionDelegate Around(ConnectionDelegate next) => connection => AcceptAsync(connection, next);

    async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || PeerCredentials.Of(socket) is not { } caller)
        {
            connection.Abort();
            return;
        }
        var count = _counts.Add(caller.Uid);
        try
        {
            if (count > options.Limits.ConnectionsPerUserMax + RefusedMax)
            {
                connection.Abort();
            }
            else if (Refusal(caller, count) is { } failure)
            {
                await RefuseAsync(connection, failure);
            }
            else
            {
                connection.Features.Set(new CallerFeature(caller));
                await next(connection);
            }
        }
        finally
        {
            _counts.Remove(caller.Uid);
        }
    }

    Failure? Refusal(Caller caller, int count)
    {
        if (!options.IsSystem && caller.Uid != _own && caller.Uid != 0)
            return new Failure(E_ACCESSDENIED, "This agent serves another user; start your own with: haul agent");
        return count > options.Limits.ConnectionsPerUserMax
            ? new Failure(DO_E_NO_MORE_CONNECTIONS, $"{caller.Name} has {options.Limits.ConnectionsPerUserMax} connections already; close some")
            : null;
    }

    /// <summary>Answers the first request, whatever it is, and closes.</summary>
    async Task RefuseAsync(ConnectionContext connection, Failure failure)
    {
        var input = connection.Transport.Input;
        using var timer = time.CreateTimer(_ => input.CancelPendingRead(), null, RefusalTimeout, Timeout.InfiniteTimeSpan);
        var request = await input.ReadAsync(connection.ConnectionClosed);
        if (!request.Buffer.IsEmpty)
        {
            // Taken, since closing with unread bytes would destroy the answer.
            input.AdvanceTo(request.Buffer.End);
            var body = Problems.Write(Problems.Of(failure));
            var head = $"HTTP/1.1 {Problems.StatusOf(failure.Code)} Refused\r\nContent-Type: {Problems.MediaType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(head));
            await connection.Transport.Output.WriteAsync(body);
        }
        await connection.Transport.Output.CompleteAsync();
    }
}
