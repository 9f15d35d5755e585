namespace Haul.SimulationTests.Crowds;

public sealed class CrowdTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    public void A_crowd_behind_a_thin_line_takes_one_copy_and_no_longer_than_that(int hosts)
    {
        var crowd = new Crowd(new CrowdPlan { Hosts = hosts }, seed: hosts);
        var last = crowd.Run();
        Assert.InRange(crowd.Copies, 1, 1.02);
        Assert.InRange(last / crowd.Bound, 0.99, 1.02);
    }
}
