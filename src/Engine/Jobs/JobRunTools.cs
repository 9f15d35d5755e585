using Haul.Engine.Platform;
using Haul.Engine.Transfers;
using Haul.Protocol.Contract;

namespace Haul.Engine.Jobs;

/// <summary>Opens the way to an origin; a failure when the proxy or the certificates given are of no use.</summary>
delegate Failure? HttpOpener(HttpRoute route, out HttpMessageInvoker invoker);

/// <summary>What running jobs need from around them.</summary>
/// <param name="Transfers">What transfers share.</param>
/// <param name="OpenHttp">The way to origins.</param>
/// <param name="Policy">What the administrator allows, now.</param>
/// <param name="Random">For jitter.</param>
/// <param name="Post">Puts something into the jobs' loop.</param>
/// <param name="Quiet">Told when the last transfer of a job that is ending has stopped.</param>
sealed record JobRunTools(TransferTools Transfers, HttpOpener OpenHttp, Func<Policies.Policy> Policy, Random Random, Action<Action> Post, Action<Job> Quiet);
