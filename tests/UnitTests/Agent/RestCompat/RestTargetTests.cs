using Haul.Agent.RestCompat;

namespace Haul.UnitTests.Agent.RestCompat;

/// <summary>Targets taken apart.</summary>
public sealed class RestTargetTests
{
    [Theory]
    [InlineData("download/create", "create")]
    [InlineData("/download/create", "create")]
    [InlineData("/DownLoad/CREATE/?Id=1", "create")]
    [InlineData("download/getstatus?Id=/a/b", "getstatus")]
    [InlineData("/download/a", "a")]
    [InlineData("/download", null)]
    [InlineData("/download/", null)]
    [InlineData("/", null)]
    [InlineData("?", null)]
    [InlineData("", null)]
    [InlineData("/download/create/more", null)]
    [InlineData("/upload/create", null)]
    [InlineData("//download/create", null)]
    public void A_path_has_two_parts(string target, string? operation) => Assert.Equal(operation, RestTarget.Parse(target)?.Operation);

    [Fact]
    public void Values_are_decoded_after_the_query_was_split()
    {
        var parameters = Parameters("Uri=http://h/x%20y?a%3D1%26b%3D%2520&DownloadFilePath=/tmp/%C3%BC+&noflag&&NOPROGRESSTIMEOUTSECONDS=5&id=1&ID=2")!;

        Assert.Equal("http://h/x y?a=1&b=%20", parameters["Uri"]);
        Assert.Equal("/tmp/ü+", parameters["DownloadFilePath"]);
        Assert.Equal("5", parameters["NoProgressTimeoutSeconds"]);
        Assert.Equal("2", parameters["Id"]);
        Assert.Equal(4, parameters.Count);
    }

    [Theory]
    [InlineData("Other=1")]
    [InlineData("=1")]
    [InlineData("Id=%")]
    [InlineData("Id=%4")]
    [InlineData("Id=%zz")]
    [InlineData("Id=%+1")]
    [InlineData("Id=%FF")]
    [InlineData("Id=1&Other=2")]
    public void What_is_not_known_or_cannot_be_decoded_is_refused(string query) => Assert.Null(Parameters(query));

    [Theory]
    [InlineData("", 0)]
    [InlineData("Id", 0)]
    [InlineData("Id=", 1)]
    public void What_has_no_equals_sign_is_no_parameter(string query, int count) => Assert.Equal(count, Parameters(query)!.Count);

    static Dictionary<string, string>? Parameters(string query) => RestTarget.Parse($"download/create?{query}")!.Value.Parameters();
}
