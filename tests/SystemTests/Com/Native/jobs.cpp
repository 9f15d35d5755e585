// The manager, jobs and their errors.
#include "check.h"

static void Activation()
{
    void *p = &p;
    CHECK_HR(REGDB_E_CLASSNOTREG, DoCreateInstance(IID_IUnknown, IID_IUnknown, &p));
    CHECK(p == nullptr);
    CHECK_HR(E_NOINTERFACE, DoCreateInstance(CLSID_DeliveryOptimization, IID_IBackgroundCopyJob, &p));
    CHECK_HR(E_INVALIDARG, DoCreateInstance(CLSID_DeliveryOptimization, IID_IUnknown, nullptr));
    CHECK_HR(CLASS_E_CLASSNOTAVAILABLE, DllGetClassObject(IID_IUnknown, IID_IClassFactory, &p));
    Ref<IClassFactory> factory;
    OK(DllGetClassObject(CLSID_DeliveryOptimization, IID_IClassFactory, (void **)&factory));
    OK(factory->LockServer(TRUE));
    CHECK_HR(CLASS_E_NOAGGREGATION, factory->CreateInstance(factory.p, IID_IUnknown, &p));
    Ref<IBackgroundCopyManager> manager;
    OK(factory->CreateInstance(nullptr, IID_IBackgroundCopyManager, (void **)&manager));
    CHECK_HR(S_FALSE, DllCanUnloadNow());
    CHECK_HR(E_NOINTERFACE, manager->QueryInterface(IID_IDODownload, &p));
}

static void Jobs()
{
    auto manager = Manager();
    GUID id;
    Ref<IBackgroundCopyJob> none;
    CHECK_HR(E_INVALIDARG, manager->CreateJob(nullptr, BG_JOB_TYPE_DOWNLOAD, &id, &none));
    CHECK_HR(E_INVALIDARG, manager->CreateJob(u"x", BG_JOB_TYPE_DOWNLOAD, nullptr, &none));
    CHECK_HR(E_INVALIDARG, manager->CreateJob(u"x", BG_JOB_TYPE_DOWNLOAD, &id, nullptr));
    CHECK_HR(E_INVALIDARG, manager->CreateJob(std::u16string(257, 'x').c_str(), BG_JOB_TYPE_DOWNLOAD, &id, &none));
    CHECK_HR(E_NOTIMPL, manager->CreateJob(u"x", BG_JOB_TYPE_UPLOAD, &id, &none));
    auto job = NewJob(manager.p, &id);
    CHECK(State(job.p) == BG_JOB_STATE_SUSPENDED);
    GUID same;
    OK(job->GetId(&same));
    CHECK(same == id && same != GUID_NULL);
    BG_JOB_TYPE type;
    OK(job->GetType(&type));
    CHECK(type == BG_JOB_TYPE_DOWNLOAD);
    CHECK_HR(DO_E_JOB_NOT_FOUND, manager->GetJob(CLSID_DeliveryOptimization, &none));
    CHECK(none.p == nullptr);

    Ref<IEnumBackgroundCopyJobs> jobs, copy;
    CHECK_HR(E_INVALIDARG, manager->EnumJobs(2, &jobs));
    OK(manager->EnumJobs(0, &jobs));
    ULONG count, fetched;
    OK(jobs->GetCount(&count));
    CHECK(count >= 1);
    bool isFound = false;
    Ref<IBackgroundCopyJob> next;
    while (jobs->Next(1, &next, nullptr) == S_OK)
        isFound |= next.p == job.p; // the very same object
    CHECK(isFound);
    CHECK_HR(S_FALSE, jobs->Skip(1));
    OK(jobs->Reset());
    OK(jobs->Skip(count - 1));
    OK(jobs->Clone(&copy));
    CHECK_HR(E_INVALIDARG, copy->Next(2, &next, nullptr));
    CHECK_HR(S_FALSE, copy->Next(2, &next, &fetched));
    CHECK(fetched == 1);

    OK(job->Cancel());
    CHECK_HR(DO_E_JOB_NOT_FOUND, manager->GetJob(id, &none));
    CHECK(State(job.p) == BG_JOB_STATE_CANCELLED);
}

static void Identity()
{
    auto manager = Manager();
    GUID id;
    auto job = NewJob(manager.p, &id);
    Ref<IBackgroundCopyJob> again;
    OK(manager->GetJob(id, &again));
    CHECK(again.p == job.p);
    const IID *all[] = {&IID_IUnknown, &IID_IBackgroundCopyJob, &IID_IBackgroundCopyJob2, &IID_IBackgroundCopyJob3, &IID_IBackgroundCopyJob4,
                        &IID_IBackgroundCopyJob5, &IID_IDeliveryOptimizationJob, &IID_IDeliveryOptimizationJob2};
    auto unknown = job.As<IUnknown>(IID_IUnknown);
    for (auto from : all)
    {
        auto one = job.As<IUnknown>(*from);
        for (auto to : all)
        {
            Ref<IUnknown> other, back;
            OK(one->QueryInterface(*to, (void **)&other));
            OK(other->QueryInterface(*from, (void **)&back));
            CHECK(back.p == one.p);
            OK(other->QueryInterface(IID_IUnknown, (void **)&back));
            CHECK(back.p == unknown.p);
        }
    }
    void *p = &p;
    CHECK_HR(E_NOINTERFACE, job->QueryInterface(IID_IStream, &p));
    CHECK(p == nullptr);

    // Counts: what is taken is given back, and the last reference may be the first.
    ULONG before = job->AddRef();
    job->Release();
    { auto more = job.As<IBackgroundCopyJob5>(IID_IBackgroundCopyJob5); CHECK(job->AddRef() == before + 1); job->Release(); }
    CHECK(job->AddRef() == before);
    CHECK(job->Release() == before - 1);
    unknown.Reset();
    again.Reset();
    CHECK(job->AddRef() == 2);
    CHECK(job->Release() == 1);
    // Let go of and asked for again: the job is there as before.
    job.Reset();
    OK(manager->GetJob(id, &job));
    OK(job->Cancel());
}

static void Properties()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    LPWSTR text;
    OK(job->SetDisplayName(u"caf\u00e9 \u6587"));
    OK(job->GetDisplayName(&text));
    CHECK(std::u16string(text) == u"caf\u00e9 \u6587");
    CoTaskMemFree(text);
    CHECK_HR(E_INVALIDARG, job->GetDisplayName(nullptr));
    CHECK_HR(E_INVALIDARG, job->SetDisplayName(nullptr));
    CHECK_HR(BG_E_STRING_TOO_LONG, job->SetDescription(std::u16string(1025, 'x').c_str()));
    OK(job->SetDescription(u"text"));
    OK(job->GetDescription(&text));
    CHECK(Narrow(text) == "text");
    OK(job->GetOwner(&text));
    CHECK(Narrow(text).rfind("S-1-22-1-", 0) == 0);

    BG_JOB_PRIORITY priority;
    OK(job->GetPriority(&priority));
    CHECK(priority == BG_JOB_PRIORITY_NORMAL);
    ULONG number;
    OK(job->GetNoProgressTimeout(&number));
    CHECK(number == 86400);
    OK(job->SetPriority(BG_JOB_PRIORITY_FOREGROUND));
    OK(job->GetPriority(&priority));
    CHECK(priority == BG_JOB_PRIORITY_FOREGROUND);
    OK(job->GetNoProgressTimeout(&number));
    CHECK(number == 3600);
    CHECK_HR(E_NOTIMPL, job->SetPriority((BG_JOB_PRIORITY)4));
    OK(job->SetNoProgressTimeout(77));
    OK(job->GetNoProgressTimeout(&number));
    CHECK(number == 77);
    OK(job->GetNotifyFlags(&number));
    CHECK(number == (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR));
    OK(job->SetNotifyFlags(BG_NOTIFY_DISABLE | BG_NOTIFY_FILE_RANGES_TRANSFERRED));
    OK(job->GetNotifyFlags(&number));
    CHECK(number == 0x24);
    CHECK_HR(E_NOTIMPL, job->SetNotifyFlags(0x40));
    OK(job->SetMinimumRetryDelay(1));
    OK(job->GetMinimumRetryDelay(&number));
    CHECK(number == 5);
    OK(job->GetErrorCount(&number));
    CHECK(number == 0);
    BG_JOB_TIMES times;
    OK(job->GetTimes(&times));
    CHECK(times.CreationTime.dwHighDateTime > 0x01D00000 && times.TransferCompletionTime.dwHighDateTime == 0);

    auto job5 = job.As<IBackgroundCopyJob5>(IID_IBackgroundCopyJob5);
    BITS_JOB_PROPERTY_VALUE value, got;
    OK(job5->GetProperty(BITS_JOB_PROPERTY_ID_COST_FLAGS, &got));
    CHECK(got.Dword == BITS_JOB_TRANSFER_POLICY_ALWAYS);
    value.Dword = BITS_JOB_TRANSFER_POLICY_STANDARD;
    OK(job5->SetProperty(BITS_JOB_PROPERTY_ID_COST_FLAGS, value));
    OK(job5->GetProperty(BITS_JOB_PROPERTY_ID_COST_FLAGS, &got));
    CHECK(got.Dword == BITS_JOB_TRANSFER_POLICY_STANDARD);
    OK(job5->GetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, &got));
    CHECK(got.ClsID == GUID_NULL);
    value.ClsID = CLSID_DeliveryOptimization;
    OK(job5->SetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value));
    OK(job5->GetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, &got));
    CHECK(got.ClsID == CLSID_DeliveryOptimization);
    value.ClsID = GUID_NULL;
    OK(job5->SetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value));
    OK(job5->GetProperty(BITS_JOB_PROPERTY_NOTIFICATION_CLSID, &got));
    CHECK(got.ClsID == GUID_NULL);
    for (int id : {3, 4, 5, 7, 9, 10, 6, 99})
    {
        CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, job5->SetProperty((BITS_JOB_PROPERTY_ID)id, value));
        CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, job5->GetProperty((BITS_JOB_PROPERTY_ID)id, &got));
    }

    auto job2 = job.As<IDeliveryOptimizationJob2>(IID_IDeliveryOptimizationJob2);
    VARIANT variant;
    VariantInit(&variant);
    CHECK_HR(E_NOT_SET, job2->GetProperty(DOJobPropertyId_ExtendedErrorInfo, &variant));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, job2->GetProperty((DOJobPropertyId)1, &variant));
    CHECK_HR(DO_E_READ_ONLY_PROPERTY, job2->SetProperty(DOJobPropertyId_ExtendedErrorInfo, &variant));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, job2->SetProperty((DOJobPropertyId)1, &variant));
    OK(job->Cancel());
}

static void BitsOnly()
{
    auto manager = Manager();
    auto whole = NewJob(manager.p);
    auto job = whole.As<IBackgroundCopyJob5>(IID_IBackgroundCopyJob5);
    BG_JOB_PROXY_USAGE usage;
    LPWSTR a, b;
    OK(job->GetProxySettings(&usage, &a, &b));
    CHECK(usage == BG_JOB_PROXY_USAGE_PRECONFIG && !a && !b);
    OK(job->SetProxySettings(BG_JOB_PROXY_USAGE_PRECONFIG, nullptr, nullptr));
    CHECK_HR(E_NOTIMPL, job->SetProxySettings(BG_JOB_PROXY_USAGE_OVERRIDE, u"http://p:1", nullptr));
    OK(job->GetNotifyCmdLine(&a, &b));
    CHECK(!a && !b);
    CHECK_HR(E_NOTIMPL, job->SetNotifyCmdLine(u"x", u"y"));
    BG_JOB_REPLY_PROGRESS progress;
    BYTE *bytes;
    UINT64 length;
    CHECK_HR(E_NOTIMPL, job->GetReplyProgress(&progress));
    CHECK_HR(E_NOTIMPL, job->GetReplyData(&bytes, &length));
    CHECK_HR(E_NOTIMPL, job->SetReplyFileName(u"x"));
    CHECK_HR(E_NOTIMPL, job->GetReplyFileName(&a));
    CHECK_HR(E_NOTIMPL, job->SetCredentials(nullptr));
    CHECK_HR(E_NOTIMPL, job->RemoveCredentials(BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC));
    CHECK_HR(E_NOTIMPL, job->ReplaceRemotePrefix(u"a", u"b"));
    DWORD flags = 9;
    ULONG number;
    BOOL isElevated;
    OK(job->GetFileACLFlags(&flags));
    CHECK(flags == 0);
    CHECK_HR(E_NOTIMPL, job->SetFileACLFlags(1));
    OK(job->GetPeerCachingFlags(&flags));
    CHECK_HR(E_NOTIMPL, job->SetPeerCachingFlags(1));
    CHECK_HR(E_NOTIMPL, job->GetOwnerIntegrityLevel(&number));
    OK(job->GetOwnerElevationState(&isElevated));
    CHECK_HR(E_NOTIMPL, job->SetMaximumDownloadTime(1));
    CHECK_HR(E_NOTIMPL, job->GetMaximumDownloadTime(&number));
    HRESULT taken = job->TakeOwnership();
    CHECK(isElevated ? taken == S_OK : taken == E_ACCESSDENIED);
    OK(job->Cancel());
}

static void States()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    CHECK_HR(DO_E_JOB_EMPTY, job->Resume());
    OK(job->Suspend());
    Ref<IBackgroundCopyError> error;
    CHECK_HR(DO_E_ERROR_INFORMATION_UNAVAILABLE, job->GetError(&error));
    OK(job->AddFile(Url("/a").c_str(), Path("states").c_str()));
    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
    BG_JOB_PROGRESS progress;
    OK(job->GetProgress(&progress));
    CHECK(progress.BytesTotal == progress.BytesTransferred && progress.FilesTotal == 1 && progress.FilesTransferred == 1);
    CHECK(!Exists("states"));
    OK(job->Suspend());
    CHECK(State(job.p) == BG_JOB_STATE_TRANSFERRED);
    OK(job->Complete());
    CHECK(Exists("states"));
    CHECK(State(job.p) == BG_JOB_STATE_ACKNOWLEDGED);
    for (HRESULT hr : {job->Suspend(), job->Resume(), job->Cancel(), job->Complete(), job->SetNotifyFlags(1), job->SetNoProgressTimeout(1),
                       job->SetPriority(BG_JOB_PRIORITY_LOW), job->SetNotifyInterface(nullptr), job->AddFile(Url("/a").c_str(), Path("more").c_str())})
        CHECK_HR(DO_E_INVALID_STATE, hr);
    BG_JOB_TIMES times;
    OK(job->GetTimes(&times));
    CHECK(times.TransferCompletionTime.dwHighDateTime != 0);

    // Some files only: what is whole is kept.
    auto part = NewJob(manager.p);
    OK(part->AddFile(Url("/a").c_str(), Path("kept").c_str()));
    OK(part->Resume());
    Until([&] { return State(part.p) == BG_JOB_STATE_TRANSFERRED; });
    OK(part->AddFile(Url("/slow").c_str(), Path("lost").c_str()));
    CHECK_HR(BG_S_PARTIAL_COMPLETE, part->Complete());
    CHECK(Exists("kept") && !Exists("lost"));
}

static void Errors()
{
    auto manager = Manager();
    struct { const char *path; BG_ERROR_CONTEXT context; unsigned code; } all[] = {
        {"/missing", BG_ERROR_CONTEXT_NONE, 0x80190194}, {"/forbidden", BG_ERROR_CONTEXT_REMOTE_FILE, 0x80190193}};
    for (auto &each : all)
    {
        auto job = NewJob(manager.p);
        OK(job->AddFile(Url(each.path).c_str(), Path("none").c_str()));
        OK(job->Resume());
        Until([&] { return State(job.p) == BG_JOB_STATE_ERROR; });
        Ref<IBackgroundCopyError> error;
        OK(job->GetError(&error));
        BG_ERROR_CONTEXT context;
        HRESULT code;
        OK(error->GetError(&context, &code));
        CHECK(context == each.context && (unsigned)code == each.code);
        CHECK_HR(E_INVALIDARG, error->GetError(nullptr, &code));
        Ref<IBackgroundCopyFile> file;
        OK(error->GetFile(&file));
        LPWSTR text;
        OK(file->GetRemoteName(&text));
        CHECK(Narrow(text) == origin + each.path);
        OK(error->GetErrorDescription(0x409, &text));
        CHECK(!Narrow(text).empty());
        CHECK_HR(E_INVALIDARG, error->GetErrorDescription(0, &text));
        CHECK_HR(0x80070717, error->GetErrorDescription(0x407, &text));
        OK(error->GetErrorContextDescription(0x809, &text));
        CHECK(!Narrow(text).empty());
        OK(error->GetProtocol(&text));
        CHECK(Narrow(text) == "http");
        VARIANT more;
        OK(job.As<IDeliveryOptimizationJob2>(IID_IDeliveryOptimizationJob2)->GetProperty(DOJobPropertyId_ExtendedErrorInfo, &more));
        CHECK(more.vt == VT_BSTR && SysStringLen(more.bstrVal) > 10);
        OK(VariantClear(&more));
        CHECK(more.vt == VT_EMPTY);
        ULONG count;
        OK(job->GetErrorCount(&count));
        CHECK(count == 1);
        OK(job->Cancel());
        OK(error->GetError(&context, &code)); // keeps its values
        CHECK((unsigned)code == each.code);
    }
}

static void Texts()
{
    auto manager = Manager();
    LPWSTR text;
    for (HRESULT hr : {S_OK, E_INVALIDARG, DO_E_NO_SERVICE, DO_E_INVALID_STATE, BG_E_TOO_MANY_FILES, BG_E_HTTP_ERROR_404, DO_E_PEER_BANNED, (HRESULT)0x81234567})
    {
        OK(manager->GetErrorDescription(hr, 0x409, &text));
        CHECK(Narrow(text).size() > 5);
    }
    CHECK_HR(E_INVALIDARG, manager->GetErrorDescription(S_OK, 0x409, nullptr));
    CHECK_HR(0x80070717, manager->GetErrorDescription(S_OK, 0x40C, &text));
    CHECK(text == nullptr);
    CHECK(IS_DO_TRANSIENT_ERROR(DO_E_BLOCKED_BY_NO_NETWORK) && !IS_DO_TRANSIENT_ERROR(DO_E_NO_SERVICE));

    // The allocators are those of malloc.
    void *memory = CoTaskMemRealloc(CoTaskMemAlloc(10), 100000);
    std::memset(memory, 1, 100000);
    std::free(memory);
    CoTaskMemFree(std::malloc(5));
    CoTaskMemFree(nullptr);
    BSTR string = SysAllocStringLen(u"a\0b", 3);
    CHECK(SysStringLen(string) == 3 && string[2] == 'b' && string[3] == 0);
    SysFreeString(string);
    CHECK(SysAllocString(nullptr) == nullptr && SysStringLen(nullptr) == 0);
    SysFreeString(nullptr);
}

static void Nulls()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    GUID id;
    OK(job->GetId(&id));
    CHECK_HR(E_INVALIDARG, manager->GetJob(id, nullptr));
    CHECK_HR(E_INVALIDARG, manager->EnumJobs(0, nullptr));
    for (HRESULT hr : {job->EnumFiles(nullptr), job->GetId(nullptr), job->GetType(nullptr), job->GetProgress(nullptr), job->GetTimes(nullptr),
                       job->GetState(nullptr), job->GetError(nullptr), job->GetOwner(nullptr), job->GetDescription(nullptr), job->GetPriority(nullptr),
                       job->GetNotifyFlags(nullptr), job->GetNotifyInterface(nullptr), job->GetMinimumRetryDelay(nullptr),
                       job->GetNoProgressTimeout(nullptr), job->GetErrorCount(nullptr), job->GetProxySettings(nullptr, nullptr, nullptr),
                       job->AddFile(nullptr, nullptr), job->AddFileSet(1, nullptr), job->SetDescription(nullptr)})
        CHECK_HR(E_INVALIDARG, hr);
    OK(job->Cancel());
}

const std::vector<Named> jobCases = {{"activation", Activation}, {"jobs", Jobs}, {"identity", Identity}, {"properties", Properties},
                                     {"bits", BitsOnly}, {"states", States}, {"errors", Errors}, {"texts", Texts}, {"nulls", Nulls}};
