using Haul.Tracker.Addresses;

namespace Haul.UnitTests.Tracker.Addresses;

/// <summary>Where a tracker listens, as administrators write it.</summary>
public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("https://*:7682", "https://*:7682")]
    [InlineData("https://*", "https://*:7682")]
    [InlineData("http://localhost:80/", "http://127.0.0.1:80")]
    [InlineData("http://10.0.0.1:8080", "http://10.0.0.1:8080")]
    [InlineData("HTTPS://[::1]:443", "https://[::1]:443")]
    [InlineData("https://[2001:db8::1]", "https://[2001:db8::1]:7682")]
    public void It_is_read(string text, string address) => Assert.Equal(address, ListenAddress.Parse(text)!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1:80")]
    [InlineData("ftp://10.0.0.1")]
    [InlineData("http://example.org:80")]
    [InlineData("http://10.0.0.1:65536")]
    [InlineData("http://10.0.0.1:-1")]
    [InlineData("http://2001:db8::1")]
    [InlineData("http://")]
    public void What_is_none_is_refused(string text) => Assert.Null(ListenAddress.Parse(text));
}
