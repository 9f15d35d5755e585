// Threads, forks, an agent that goes and comes back, and many cycles.
#include "check.h"
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

static void Threads()
{
    auto manager = Manager();
    auto shared = NewJob(manager.p);
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; i++)
        threads.emplace_back([&, i] {
            for (int round = 0; round < 20; round++)
            {
                auto job = NewJob(manager.p);
                Callback callback;
                OK(job->SetNotifyInterface(&callback));
                OK(job->AddFile(Url("/a").c_str(), Path(("t" + std::to_string(i)).c_str()).c_str()));
                OK(shared->SetDescription(Wide(std::to_string(i)).c_str()));
                CHECK(State(job.p) == BG_JOB_STATE_SUSPENDED);
                OK(job->Cancel());
                Until([&] { return callback.Count() == 1; });
            }
        });
    for (auto &thread : threads)
        thread.join();
    OK(shared->Cancel());
}

static void Fork()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    Callback callback;
    OK(job->SetNotifyInterface(&callback));
    CHECK(State(job.p) == BG_JOB_STATE_SUSPENDED);
    pid_t child = fork();
    if (child == 0)
    {
        // The objects are the parent's: calls fail at once, and nothing hangs.
        BG_JOB_STATE state;
        HRESULT hr = job->GetState(&state);
        _exit(hr == DO_E_NO_SERVICE && manager->EnumJobs(0, nullptr) == E_INVALIDARG && job->AddRef() > 1 ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(State(job.p) == BG_JOB_STATE_SUSPENDED);
    child = fork();
    if (child == 0)
    {
        execl("/bin/true", "true", (char *)nullptr);
        _exit(1);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    OK(job->Cancel());
    Until([&] { return callback.Count() == 1; });
}

static void Unload()
{
    Dl_info where;
    CHECK(dladdr((void *)&DllCanUnloadNow, &where));
    void *library = dlopen(where.dli_fname, RTLD_NOW);
    auto create = (HRESULT(*)(REFCLSID, REFIID, void **))dlsym(library, "DoCreateInstance");
    Ref<IBackgroundCopyManager> manager;
    OK(create(CLSID_DeliveryOptimization, IID_IBackgroundCopyManager, (void **)&manager));
    Callback callback;
    auto job = NewJob(manager.p);
    OK(job->SetNotifyFlags(BG_NOTIFY_JOB_MODIFICATION));
    OK(job->SetNotifyInterface(&callback));
    dlclose(library);
    OK(job->SetDescription(u"still there"));
    Until([&] { return callback.modified >= 1; });
    OK(job->Cancel());
    Until([&] { return callback.Count() == 1; });
}

// The test kills the agent at "ready" and starts it again at "gone".
static void Killed()
{
    auto manager = Manager();
    Callback callback;
    auto job = NewJob(manager.p);
    OK(job->SetNotifyFlags(BG_NOTIFY_JOB_MODIFICATION));
    OK(job->SetNotifyInterface(&callback));
    std::atomic<bool> isGone{false};
    std::thread caller([&] {
        BG_JOB_STATE state;
        HRESULT hr;
        while ((hr = job->GetState(&state)) == S_OK) {}
        CHECK_HR(DO_E_NO_SERVICE, hr);
        isGone = true;
    });
    std::printf("ready\n");
    std::fflush(stdout);
    Until([&] { return isGone.load(); });
    caller.join();
    CHECK_HR(DO_E_NO_SERVICE, job->SetDescription(u"x"));
    GUID id;
    Ref<IBackgroundCopyJob> none;
    CHECK_HR(DO_E_NO_SERVICE, manager->CreateJob(u"x", BG_JOB_TYPE_DOWNLOAD, &id, &none));
    std::printf("gone\n");
    std::fflush(stdout);
    BG_JOB_STATE state;
    Until([&] { return job->GetState(&state) == S_OK; });
    CHECK(state == BG_JOB_STATE_SUSPENDED);
    int told = callback.modified;
    // The registration comes back by itself.
    Until([&] { OK(job->SetDescription(u"again")); return callback.modified > told; });
    OK(job->Cancel());
    Until([&] { return callback.Count() == 1; });
}

static long ResidentKib()
{
    long kib = 0;
    char line[256];
    FILE *file = std::fopen("/proc/self/status", "r");
    while (std::fgets(line, sizeof line, file))
        if (std::sscanf(line, "VmRSS: %ld", &kib) == 1) break;
    std::fclose(file);
    return kib;
}

// A thread that has just called back may have the job at hand for a moment longer.
static void NothingIsLeft()
{
    Until([] { return HaulLiveObjects() == 0; });
}

static void Soak()
{
    const char *named = std::getenv("CYCLES");
    int cycles = named ? std::atoi(named) : 10000;
    long settled = 0;
    for (int i = 0; i < cycles; i++)
    {
        auto manager = Manager();
        auto job = NewJob(manager.p);
        Callback callback;
        OK(job->SetNotifyInterface(&callback));
        OK(job->SetNotifyFlags(BG_NOTIFY_JOB_MODIFICATION)); // is one
        Until([&] { return callback.modified >= 1; });
        if (i % 2 == 0) OK(job->SetNotifyInterface(nullptr));
        OK(job->Cancel());
        Until([&] { return callback.Count() == 1; });
        if (i == cycles / 2) settled = ResidentKib();
    }
    NothingIsLeft();
    CHECK(ResidentKib() < settled + 8 * 1024);
}

// Everything once, for checkers of memory.
static void Tour()
{
    auto manager = Manager();
    Callback callback;
    callback.act = [&](const char *name, IBackgroundCopyJob *job, IUnknown *) { return std::strcmp(name, "transferred") ? S_OK : job->Complete(); };
    auto job = NewJob(manager.p);
    OK(job->AddFile(Url("/a").c_str(), Path("tour").c_str()));
    OK(job->SetNotifyFlags(0x1B));
    OK(job->SetNotifyInterface(&callback));
    OK(job->Resume());
    Until([&] { return callback.transferred == 1 && callback.Count() == 1; }, 60);
    LPWSTR text;
    OK(job->GetDisplayName(&text));
    CHECK(Narrow(text) == "check");
    job.Reset();
    manager.Reset();
    NothingIsLeft();
}

const std::vector<Named> processCases = {
    {"threads", Threads}, {"fork", Fork}, {"unload", Unload}, {"killed", Killed}, {"soak", Soak}, {"tour", Tour}};
