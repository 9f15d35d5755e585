using Haul.Cli;
using Haul.Cli.Output;

namespace Haul.UnitTests.Cli;

/// <summary>Command lines that make sense, and those that do not.</summary>
public sealed class CommandLineTests
{
    const string Url = "http://a/b";
    const string Sha256 = "0000000000000000000000000000000000000000000000000000000000000000";

    static IReadOnlyList<string> Errors(params string[] words) =>
        [.. CommandLine.Build(new Terminal(), TimeProvider.System).Parse(words).Errors.Select(error => error.Message)];

    public static TheoryData<string> Good =>
    [
        $"get {Url}",
        $"get {Url} {Url}2 -d dir",
        $"get {Url} -o file --sha256 {Sha256}",
        $"get {Url} --digest sha256:{Sha256} --range 0-9 --range 20- --size 2Gi",
        $"get -i list -q4 --limit-rate 500k --connections 3 --http2",
        $"get {Url} -H A:b -H C:d --user ann --proxy none",
        $"get {Url} --resume --json --no-agent --overwrite --foreground --name x --give-up-after 5m",
        $"add {Url} --suspended",
        "jobs --all --json",
        "cancel 1 2 3",
        "show 1f3a",
        "watch",
        "watch 1f3a --json",
        "agent --system --progress-interval 50ms",
        "agent --rest-compat --rest-user ann --rest-directory dir --rest-port 51000",
        "completion fish",
        "group create office --plain --out office.json",
        "group join - --state dir",
        "group show --secret --system",
        "group show --tracker",
        "group leave",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_makes_sense_is_taken(string line) => Assert.Empty(Errors(line.Split(' ')));

    public static TheoryData<string> Bad =>
    [
        "",
        "fetch",
        "get",
        $"get {Url} --frobnicate",
        $"get {Url} {Url}2 -o file",
        $"get {Url} {Url}2 --sha256 {Sha256}",
        $"get {Url} -i list --range 0-9",
        $"get {Url} -o file -d dir",
        $"get {Url} -o -",
        $"get {Url} --sha256 123",
        $"get {Url} --sha256 {Sha256} --sha512 {Sha256}{Sha256}",
        $"get {Url} --digest md5:00",
        $"get {Url} --manifest http://h.test/hashes",
        $"get {Url} --manifest-digest sha256:{Sha256}",
        $"get {Url} --manifest http://h.test/hashes --manifest-digest sha256:1",
        $"get {Url} {Url}2 --manifest https://h.test/hashes",
        $"get {Url} --publisher key",
        "key",
        "key forget",
        "publish",
        "publish file --metalink example.org",
        $"get {Url} -4 -6",
        $"get {Url} --user ann --bearer t",
        $"get {Url} --limit-rate fast",
        $"get {Url} --connections 0",
        $"get {Url} --range 9-1",
        $"get {Url} -H nothing",
        "cancel",
        "cancel --all",
        "show 1 2",
        "agent --progress-interval 10ms",
        "agent --rest-port 51000",
        "agent --rest-compat --rest-port 70000",
        "completion tcsh",
        "group",
        "group rename a",
        "group create",
        "group create a/b",
        "group join",
        "group show office",
        "group show --secret --tracker",
        "group show --plain",
        "group leave --secret",
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_makes_no_sense_is_refused(string line) => Assert.NotEmpty(Errors(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
