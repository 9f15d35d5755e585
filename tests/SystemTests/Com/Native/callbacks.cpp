// Callbacks: when they come, what they may do, and when the object is let go of.
#include "check.h"

static const ULONG All = BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION | BG_NOTIFY_FILE_TRANSFERRED;

static Ref<IBackgroundCopyJob> Called(IBackgroundCopyManager *manager, const char *path, const char *name, Callback *callback, ULONG flags = All)
{
    auto job = NewJob(manager);
    OK(job->AddFile(Url(path).c_str(), Path(name).c_str()));
    OK(job->SetNotifyFlags(flags));
    OK(job->SetNotifyInterface(callback));
    return job;
}

static void Calls()
{
    auto manager = Manager();
    Callback callback;
    IBackgroundCopyJob *own = nullptr;
    callback.act = [&](const char *name, IBackgroundCopyJob *job, IUnknown *more) -> HRESULT {
        CHECK(job == own); // the client's own pointer
        State(job);
        if (!std::strcmp(name, "file"))
        {
            Ref<IBackgroundCopyFile> file;
            OK(more->QueryInterface(IID_IBackgroundCopyFile, (void **)&file));
            BG_FILE_PROGRESS progress;
            OK(file->GetProgress(&progress));
            CHECK(progress.BytesTransferred == 3000000);
        }
        return std::strcmp(name, "transferred") ? S_OK : job->Complete(); // calling back in
    };
    GUID id;
    auto job = NewJob(manager.p, &id);
    own = job.p;
    OK(job->AddFile(Url("/a").c_str(), Path("calls").c_str()));
    OK(job->SetNotifyFlags(All));
    OK(job->SetNotifyInterface(&callback));
    Ref<IUnknown> set;
    OK(job->GetNotifyInterface(&set));
    CHECK(set.p == static_cast<IUnknown *>(&callback));
    set.Reset();
    OK(job->Resume());
    Until([&] { return callback.transferred == 1 && callback.Count() == 1; }); // and let go of, since the job is final
    CHECK(callback.atOnce == 1 && callback.files == 1 && callback.modified >= 2 && callback.failed == 0);
    CHECK(State(job.p) == BG_JOB_STATE_ACKNOWLEDGED && Exists("calls"));
    OK(job->GetNotifyInterface(&set));
    CHECK(set.p == nullptr);
}

static void Failing()
{
    auto manager = Manager();
    Callback callback;
    callback.act = [&](const char *name, IBackgroundCopyJob *, IUnknown *more) -> HRESULT {
        if (std::strcmp(name, "error"))
            return S_OK;
        Ref<IBackgroundCopyError> error;
        OK(more->QueryInterface(IID_IBackgroundCopyError, (void **)&error));
        BG_ERROR_CONTEXT context;
        HRESULT code;
        OK(error->GetError(&context, &code));
        CHECK((unsigned)code == 0x80190194);
        return callback.failed < 2 ? E_FAIL : S_OK;
    };
    auto job = Called(manager.p, "/missing", "failing", &callback, BG_NOTIFY_JOB_ERROR);
    OK(job->Resume());
    Until([&] { return callback.failed == 3; });
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK(callback.failed == 3); // taken, and not told again
    OK(job->Cancel());
    Until([&] { return callback.Count() == 1; });
}

static void Blocking()
{
    auto manager = Manager();
    std::mutex gate;
    std::condition_variable freed;
    bool isFree = false;
    Callback stuck[40], quick;
    std::vector<Ref<IBackgroundCopyJob>> jobs;
    for (int i = 0; i < 40; i++)
    {
        stuck[i].act = [&](const char *, IBackgroundCopyJob *, IUnknown *) -> HRESULT {
            std::unique_lock<std::mutex> lock(gate);
            freed.wait(lock, [&] { return isFree; });
            return S_OK;
        };
        jobs.push_back(Called(manager.p, "/a", ("stuck" + std::to_string(i)).c_str(), &stuck[i], BG_NOTIFY_JOB_MODIFICATION));
        OK(jobs[i]->SetDescription(u"changed"));
    }
    for (auto &each : stuck)
        Until([&] { return each.running == 1; });
    auto job = Called(manager.p, "/a", "quick", &quick);
    OK(job->Resume());
    Until([&] { return quick.transferred == 1; }, 10); // while all the others hold a thread each
    { std::lock_guard<std::mutex> lock(gate); isFree = true; }
    freed.notify_all();
    OK(job->Cancel());
    for (auto &each : jobs)
        OK(each->Cancel());
    for (auto &each : stuck)
        Until([&] { return each.Count() == 1; });
}

static void Replaced()
{
    auto manager = Manager();
    Callback first, second;
    auto job = Called(manager.p, "/a", "replaced", &first, BG_NOTIFY_JOB_MODIFICATION);
    OK(job->SetDescription(u"1"));
    Until([&] { return first.modified >= 1; });
    OK(job->SetNotifyInterface(&second));
    Until([&] { return first.Count() == 1; });
    int told = first.modified;
    OK(job->SetDescription(u"2"));
    Until([&] { return second.modified >= 1; });
    CHECK(first.modified == told);
    OK(job->SetNotifyInterface(nullptr));
    Until([&] { return second.Count() == 1; });
    told = second.modified;
    OK(job->SetDescription(u"3"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK(second.modified == told);
    CHECK_HR(E_NOINTERFACE, job->SetNotifyInterface(job.p)); // cannot be called back
    OK(job->Cancel());
    Callback late;
    CHECK_HR(DO_E_INVALID_STATE, job->SetNotifyInterface(&late));
    CHECK(late.Count() == 1);
}

static void Standing()
{
    // What is true before it is registered is told; the job object need not be held.
    auto manager = Manager();
    Callback callback;
    callback.act = [&](const char *, IBackgroundCopyJob *job, IUnknown *) { return job->Complete(); };
    GUID id;
    {
        auto job = NewJob(manager.p, &id);
        OK(job->AddFile(Url("/a").c_str(), Path("standing").c_str()));
        OK(job->Resume());
        Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
        OK(job->SetNotifyInterface(&callback));
    }
    Until([&] { return callback.transferred == 1 && callback.Count() == 1; });
    CHECK(Exists("standing"));
}

static void Command()
{
    // The test registered a command for this class: it says what it was told, and completes the job.
    const GUID clsid = {0x6b1f0c2e, 0x53d4, 0x4a7e, {0x9d, 0x31, 0x0a, 0x8c, 0x5e, 0x77, 0x42, 0x1b}};
    auto manager = Manager();
    Callback callback;
    callback.act = [](const char *, IBackgroundCopyJob *, IUnknown *) { return E_FAIL; };
    auto job = NewJob(manager.p);
    BITS_JOB_PROPERTY_VALUE value, got;
    value.ClsID = clsid;
    auto job5 = job.As<IBackgroundCopyJob5>(IID_IBackgroundCopyJob5);
    OK(job5->SetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value));
    OK(job5->GetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, &got));
    CHECK(got.ClsID == clsid);
    OK(job->AddFile(Url("/a").c_str(), Path("by-command").c_str()));
    OK(job->SetNotifyInterface(&callback));
    OK(job->Resume());
    Until([&] { return callback.transferred >= 2; });
    CHECK(!Exists("told")); // while the callback is there, though it fails
    OK(job->SetNotifyInterface(nullptr));
    Until([&] { return State(job.p) == BG_JOB_STATE_ACKNOWLEDGED; });
    CHECK(Exists("by-command"));
    CHECK(Read("told") == "JobTransferred\n");
    CHECK(callback.Count() == 1);
}

const std::vector<Named> callbackCases = {
    {"calls", Calls}, {"failing", Failing}, {"blocking", Blocking}, {"replaced", Replaced}, {"standing", Standing}, {"command", Command}};
