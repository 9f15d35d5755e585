// Loads the agent through the COM library, for bench/com.
//   comload state CALLS            prints the median of GetState in microseconds
//   comload callbacks JOBS SECONDS changes its jobs as fast as it goes, each change being told by a callback;
//                                  prints changes, callbacks, jobs whose end was not told, and seconds
#include <deliveryoptimization.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

static void Need(HRESULT hr, const char *what)
{
    if (FAILED(hr))
    {
        std::fprintf(stderr, "%s: 0x%08X\n", what, (unsigned)hr);
        std::_Exit(1);
    }
}

static IBackgroundCopyManager *Manager()
{
    IBackgroundCopyManager *manager;
    Need(DoCreateInstance(CLSID_DeliveryOptimization, IID_IBackgroundCopyManager, (void **)&manager), "DoCreateInstance");
    return manager;
}

static int MeasureState(int calls)
{
    GUID id;
    IBackgroundCopyJob *job;
    Need(Manager()->CreateJob(u"bench", BG_JOB_TYPE_DOWNLOAD, &id, &job), "CreateJob");
    std::vector<double> times;
    for (int i = 0; i < calls; i++)
    {
        BG_JOB_STATE state;
        auto from = Clock::now();
        Need(job->GetState(&state), "GetState");
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - from).count());
    }
    job->Cancel();
    std::sort(times.begin(), times.end());
    std::printf("%.1f\n", times[times.size() / 2]);
    return 0;
}

class Counter : public IBackgroundCopyCallback
{
    std::atomic<ULONG> references{1};

public:
    std::atomic<long> calls{0};

    HRESULT QueryInterface(REFIID iid, void **found) override
    {
        *found = iid == IID_IUnknown || iid == IID_IBackgroundCopyCallback ? this : nullptr;
        return *found ? (AddRef(), S_OK) : E_NOINTERFACE;
    }
    ULONG AddRef() override { return ++references; }
    ULONG Release() override { return --references; }
    HRESULT JobTransferred(IBackgroundCopyJob *) override { return S_OK; }
    HRESULT JobError(IBackgroundCopyJob *, IBackgroundCopyError *) override { return S_OK; }
    HRESULT JobModification(IBackgroundCopyJob *, DWORD) override { return ++calls, S_OK; }
    bool IsLetGo() const { return references == 1; } // the end of the job was told
};

static int CountCallbacks(int jobs, int seconds)
{
    auto manager = Manager();
    std::vector<IBackgroundCopyJob *> made(jobs);
    std::vector<std::unique_ptr<Counter>> counters;
    for (auto &job : made)
    {
        GUID id;
        counters.push_back(std::make_unique<Counter>());
        Need(manager->CreateJob(u"bench", BG_JOB_TYPE_DOWNLOAD, &id, &job), "CreateJob");
        Need(job->SetNotifyFlags(BG_NOTIFY_JOB_MODIFICATION), "SetNotifyFlags");
        Need(job->SetNotifyInterface(counters.back().get()), "SetNotifyInterface");
    }
    std::atomic<long> changes{0};
    auto from = Clock::now(), end = from + std::chrono::seconds(seconds);
    std::vector<std::thread> changers;
    for (auto job : made)
        changers.emplace_back([&, job] {
            for (char16_t mark[] = u"a"; Clock::now() < end; mark[0] ^= 1)
                Need(job->SetDescription(mark), "SetDescription"), ++changes;
        });
    for (auto &changer : changers)
        changer.join();
    for (auto job : made)
        Need(job->Cancel(), "Cancel");
    changes += jobs;
    int lost = jobs;
    for (auto patience = Clock::now() + std::chrono::seconds(20); lost && Clock::now() < patience; std::this_thread::sleep_for(std::chrono::milliseconds(5)))
        lost = (int)std::count_if(counters.begin(), counters.end(), [](auto &one) { return !one->IsLetGo(); });
    long calls = 0;
    for (auto &one : counters)
        calls += one->calls;
    std::printf("%ld %ld %d %.2f\n", changes.load(), calls, lost, std::chrono::duration<double>(Clock::now() - from).count());
    std::fflush(stdout);
    std::_Exit(0);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !std::strcmp(argv[1], "state"))
        return MeasureState(std::atoi(argv[2]));
    if (argc == 4 && !std::strcmp(argv[1], "callbacks"))
        return CountCallbacks(std::atoi(argv[2]), std::atoi(argv[3]));
    return 2;
}
