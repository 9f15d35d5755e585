// What the checks have in common: a check that fails ends the program with its line.
#ifndef CHECK_H
#define CHECK_H
#include <deliveryoptimization.h>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

extern "C" int HaulLiveObjects(void);

#define CHECK(what) \
    do { if (!(what)) { std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); std::_Exit(1); } } while (0)
#define CHECK_HR(wanted, what) \
    do { HRESULT hr_ = (what); if (hr_ != (HRESULT)(wanted)) { \
        std::fprintf(stderr, "%s:%d: %s gave 0x%08X, not 0x%08X\n", __FILE__, __LINE__, #what, (unsigned)hr_, (unsigned)(wanted)); std::_Exit(1); } } while (0)
#define OK(what) CHECK_HR(S_OK, what)

inline std::u16string Wide(const std::string &text) { return std::u16string(text.begin(), text.end()); }

inline std::string Narrow(LPWSTR text) // and frees it
{
    std::string narrow;
    for (LPWSTR p = text; p && *p; p++) narrow += (char)*p;
    CoTaskMemFree(text);
    return narrow;
}

// A reference that is given up at the end.
template <class T> struct Ref
{
    T *p = nullptr;
    Ref() = default;
    explicit Ref(T *taken) : p(taken) {}
    Ref(Ref &&other) noexcept : p(other.p) { other.p = nullptr; }
    Ref(const Ref &) = delete;
    ~Ref() { Reset(); }
    void Reset() { if (p) p->Release(); p = nullptr; }
    T **operator&() { Reset(); return &p; }
    T *operator->() const { return p; }
    template <class U> Ref<U> As(REFIID iid) const
    {
        Ref<U> other;
        OK(p->QueryInterface(iid, (void **)&other));
        return other;
    }
};

inline Ref<IBackgroundCopyManager> Manager()
{
    Ref<IBackgroundCopyManager> manager;
    OK(CoCreateInstance(CLSID_DeliveryOptimization, nullptr, CLSCTX_LOCAL_SERVER, IID_IBackgroundCopyManager, (void **)&manager));
    return manager;
}

inline Ref<IBackgroundCopyJob> NewJob(IBackgroundCopyManager *manager, GUID *id = nullptr)
{
    GUID own;
    Ref<IBackgroundCopyJob> job;
    OK(manager->CreateJob(u"check", BG_JOB_TYPE_DOWNLOAD, id ? id : &own, &job));
    return job;
}

inline BG_JOB_STATE State(IBackgroundCopyJob *job)
{
    BG_JOB_STATE state;
    OK(job->GetState(&state));
    return state;
}

// What a job failed with.
inline HRESULT ErrorOf(IBackgroundCopyJob *job)
{
    Ref<IBackgroundCopyError> error;
    OK(job->GetError(&error));
    BG_ERROR_CONTEXT context;
    HRESULT code;
    OK(error->GetError(&context, &code));
    return code;
}

inline void Until(const std::function<bool()> &is, int seconds = 20)
{
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!is())
    {
        CHECK(std::chrono::steady_clock::now() < end);
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

// A client's callback that counts; what it does is given.
class Callback : public IBackgroundCopyCallback2
{
    std::atomic<ULONG> references{1};

public:
    std::atomic<int> modified{0}, transferred{0}, failed{0}, files{0}, running{0}, atOnce{0};
    std::function<HRESULT(const char *, IBackgroundCopyJob *, IUnknown *)> act;

    HRESULT QueryInterface(REFIID iid, void **found) override
    {
        *found = iid == IID_IUnknown || iid == IID_IBackgroundCopyCallback || iid == IID_IBackgroundCopyCallback2 ? this : nullptr;
        return *found ? (AddRef(), S_OK) : E_NOINTERFACE;
    }
    ULONG AddRef() override { return ++references; }
    ULONG Release() override { return --references; }
    ULONG Count() const { return references; }

    HRESULT Called(const char *name, IBackgroundCopyJob *job, IUnknown *more, std::atomic<int> &count)
    {
        int now = ++running;
        if (now > atOnce) atOnce = now;
        HRESULT hr = act ? act(name, job, more) : S_OK;
        --running;
        ++count;
        return hr;
    }
    HRESULT JobTransferred(IBackgroundCopyJob *job) override { return Called("transferred", job, nullptr, transferred); }
    HRESULT JobError(IBackgroundCopyJob *job, IBackgroundCopyError *error) override { return Called("error", job, error, failed); }
    HRESULT JobModification(IBackgroundCopyJob *job, DWORD reserved) override
    {
        CHECK(reserved == 0);
        return Called("modification", job, nullptr, modified);
    }
    HRESULT FileTransferred(IBackgroundCopyJob *job, IBackgroundCopyFile *file) override { return Called("file", job, file, files); }
};

// What the test gives: the origin, and a directory of its own.
extern std::string origin, directory;
inline std::u16string Url(const char *path) { return Wide(origin + path); }
inline std::u16string Path(const char *name) { return Wide(directory + "/" + name); }
inline bool Exists(const char *name)
{
    FILE *file = std::fopen((directory + "/" + name).c_str(), "r");
    if (file) std::fclose(file);
    return file;
}

inline std::string Read(const char *name)
{
    std::string bytes;
    FILE *file = std::fopen((directory + "/" + name).c_str(), "rb");
    CHECK(file);
    char part[65536];
    for (size_t count; (count = std::fread(part, 1, sizeof part, file)) > 0;) bytes.append(part, count);
    std::fclose(file);
    return bytes;
}

using Case = void (*)();
struct Named { const char *name; Case run; };
extern const std::vector<Named> jobCases, fileCases, callbackCases, processCases, downloadCases, streamCases;
#endif
