using Haul.Agent.Connections;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Routes;

/// <summary>What lies around every call: the gate of a stopping agent, and an answer for what no route answers.</summary>
sealed class Pipeline(CallGate gate, AgentLimits limits, ILogger log)
{
    public void Lay(IApplicationBuilder app)
    {
        app.Use(AnswerAsync);
        app.Use(PassGateAsync);
    }

    /// <summary>Turns what was thrown, and what nothing answered, into problem details.</summary>
    async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && Unanswered(http) is { } failure)
                await http.FailAsync(failure, http.Response.StatusCode);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            var text = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"The body is larger than {limits.BodyBytesMax} bytes; send less at once" : e.Message;
            await http.FailAsync(new Failure(E_INVALIDARG, text), e.StatusCode);
        }
        catch (BadHttpRequestException)
        {
            http.Abort();
        }
        catch (Exception e)
        {
            AgentLog.CallFailed(log, http.Request.Method, http.Request.Path, e);
            if (http.Response.HasStarted)
                http.Abort();
            else
                await http.FailAsync(new Failure(E_UNEXPECTED, "The agent failed inside; its log says more, please report it"));
        }
    }

    static Failure? Unanswered(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Failure(E_NOTIMPL, $"There is no call {http.Request.Path}; docs/agent-api.md and /openapi.json list all"),
        StatusCodes.Status405MethodNotAllowed => new Failure(E_NOTIMPL, $"{http.Request.Path} cannot be asked with {http.Request.Method}, only with {http.Response.Headers.Allow}"),
        _ => null,
    };

    async Task PassGateAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<StreamMark>() is not null)
        {
            await next(http);
            return;
        }
        if (!gate.TryEnter())
        {
            await http.FailAsync(new Failure(DO_E_NO_SERVICE, "The agent is stopping; try again when it runs"));
            return;
        }
        try
        {
            await next(http);
        }
        finally
        {
            gate.Leave();
        }
    }
}
