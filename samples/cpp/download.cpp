// Downloads a file with the agent and prints what happens: download URL PATH
#include <deliveryoptimization.h>
#include <atomic>
#include <cstdio>
#include <future>
#include <string>

// COM's texts are UTF-16; URLs and paths in this sample are ASCII.
static std::u16string Wide(const char *text) { return std::u16string(text, text + std::char_traits<char>::length(text)); }

class Printer : public IBackgroundCopyCallback
{
    std::atomic<ULONG> references{1};

public:
    std::promise<HRESULT> done;

    HRESULT QueryInterface(REFIID iid, void **found) override
    {
        *found = iid == IID_IUnknown || iid == IID_IBackgroundCopyCallback ? this : nullptr;
        return *found ? (AddRef(), S_OK) : E_NOINTERFACE;
    }
    ULONG AddRef() override { return ++references; }
    ULONG Release() override { return --references; } // lives in main

    HRESULT JobModification(IBackgroundCopyJob *job, DWORD) override
    {
        BG_JOB_PROGRESS progress;
        if (SUCCEEDED(job->GetProgress(&progress)))
            std::printf("JobModification: %llu bytes\n", (unsigned long long)progress.BytesTransferred);
        return S_OK;
    }
    HRESULT JobTransferred(IBackgroundCopyJob *job) override
    {
        done.set_value(job->Complete()); // the file takes its name
        return S_OK;
    }
    HRESULT JobError(IBackgroundCopyJob *job, IBackgroundCopyError *error) override
    {
        BG_ERROR_CONTEXT context;
        HRESULT code = E_FAIL;
        error->GetError(&context, &code);
        job->Cancel();
        done.set_value(code);
        return S_OK;
    }
};

int main(int argc, char **argv)
{
    if (argc != 3)
        return std::fprintf(stderr, "usage: download URL PATH\n"), 2;
    IBackgroundCopyManager *manager;
    HRESULT hr = DoCreateInstance(CLSID_DeliveryOptimization, IID_IBackgroundCopyManager, (void **)&manager);
    if (FAILED(hr))
        return std::fprintf(stderr, "no agent: 0x%08X\n", (unsigned)hr), 1;

    Printer printer;
    GUID id;
    IBackgroundCopyJob *job = nullptr;
    hr = manager->CreateJob(u"sample", BG_JOB_TYPE_DOWNLOAD, &id, &job);
    if (SUCCEEDED(hr)) hr = job->AddFile(Wide(argv[1]).c_str(), Wide(argv[2]).c_str());
    if (SUCCEEDED(hr)) hr = job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION);
    if (SUCCEEDED(hr)) hr = job->SetNotifyInterface(&printer);
    if (SUCCEEDED(hr)) hr = job->Resume();
    if (SUCCEEDED(hr)) hr = printer.done.get_future().get();
    else if (job) job->Cancel();

    std::printf("0x%08X\n", (unsigned)hr);
    if (job) job->SetNotifyInterface(nullptr), job->Release();
    manager->Release();
    return FAILED(hr);
}
