namespace Haul.SystemTests.Origins.Faults;

/// <summary>Origins that send the asker elsewhere.</summary>
static class RedirectFaults
{
    /// <summary>Redirects to this Location, sent as it is: relative, of another origin, of a bad scheme, its own.</summary>
    public static OriginFile RedirectsTo(this OriginFile file, string location, int status = 302) =>
        file.Answers(_ => Redirect(status, location));

    public static OriginFile RedirectsTo(this OriginFile file, Uri location, int status = 302) =>
        file.RedirectsTo(location.AbsoluteUri, status);

    /// <summary>Redirects without saying where to.</summary>
    public static OriginFile RedirectsNowhere(this OriginFile file, int status = 302) =>
        file.Answers(_ => Redirect(status, null));

    /// <summary>Serves a chain of redirects from /chain/1 on, one for each status, to <paramref name="end"/>; gives its start.</summary>
    public static Uri ServeChain(this FaultyOrigin origin, string end, params int[] statuses)
    {
        for (var step = 1; step <= statuses.Length; step++)
        {
            var next = step == statuses.Length ? end : $"/chain/{step + 1}";
            origin.Serve($"/chain/{step}").RedirectsTo(next, statuses[step - 1]);
        }
        return origin.UrlOf("/chain/1");
    }

    /// <summary>Serves two paths that redirect to each other; gives one.</summary>
    public static Uri ServeLoop(this FaultyOrigin origin)
    {
        origin.Serve("/loop/there").RedirectsTo("/loop/back");
        origin.Serve("/loop/back").RedirectsTo("/loop/there");
        return origin.UrlOf("/loop/there");
    }

    static OriginAnswer Redirect(int status, string? location)
    {
        var answer = OriginAnswer.Of(status);
        if (location is not null)
            answer.Headers.Add("Location", location);
        return answer;
    }
}
