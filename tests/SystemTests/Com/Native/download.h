// What the checks of downloads have in common.
#ifndef DOWNLOAD_H
#define DOWNLOAD_H
#include "check.h"

inline Ref<IDOManager> Downloads()
{
    Ref<IDOManager> manager;
    OK(CoCreateInstance(CLSID_DeliveryOptimization, nullptr, CLSCTX_LOCAL_SERVER, IID_IDOManager, (void **)&manager));
    return manager;
}

// A VARIANT that is cleared at the end.
struct Value : VARIANT
{
    Value() { VariantInit(this); }
    Value(const Value &) = delete;
    ~Value() { VariantClear(this); }
    explicit Value(const std::u16string &text) { vt = VT_BSTR; bstrVal = SysAllocString(text.c_str()); }
    explicit Value(bool flag) { vt = VT_BOOL; boolVal = flag ? VARIANT_TRUE : VARIANT_FALSE; }
    explicit Value(ULONG number) { vt = VT_UI4; ulVal = number; }
    explicit Value(UINT64 size) { vt = VT_UI8; ullVal = size; }
    explicit Value(IUnknown *object) { vt = VT_UNKNOWN; punkVal = object; if (object) object->AddRef(); }
};

template <class T> HRESULT Set(IDODownload *download, DODownloadProperty id, T what)
{
    Value value(what);
    return download->SetProperty(id, &value);
}

inline std::string Get(IDODownload *download, DODownloadProperty id)
{
    Value value;
    OK(download->GetProperty(id, &value));
    CHECK(value.vt == VT_BSTR);
    std::string text;
    for (UINT i = 0; i < SysStringLen(value.bstrVal); i++) text += (char)value.bstrVal[i];
    return text;
}

inline Ref<IDODownload> NewDownload(IDOManager *manager, const char *path = "/a", const char *name = nullptr)
{
    Ref<IDODownload> download;
    OK(manager->CreateDownload(&download));
    OK(Set(download.p, DODownloadProperty_Uri, Url(path)));
    if (name) OK(Set(download.p, DODownloadProperty_LocalPath, Path(name)));
    return download;
}

inline DO_DOWNLOAD_STATUS Status(IDODownload *download)
{
    DO_DOWNLOAD_STATUS status;
    OK(download->GetStatus(&status));
    return status;
}

inline void UntilIs(IDODownload *download, DODownloadState state) { Until([&] { return Status(download).State == state; }); }

inline HRESULT StartWhole(IDODownload *download)
{
    DO_DOWNLOAD_RANGES_INFO whole = {};
    return download->Start(&whole);
}

// Ranges as they lie in memory: a count, and as many behind it.
inline HRESULT StartRanges(IDODownload *download, const std::vector<DO_DOWNLOAD_RANGE> &ranges)
{
    std::vector<UINT64> memory(1 + 2 * ranges.size());
    *(UINT *)memory.data() = (UINT)ranges.size();
    if (!ranges.empty()) std::memcpy(&memory[1], ranges.data(), ranges.size() * sizeof ranges[0]);
    return download->Start((DO_DOWNLOAD_RANGES_INFO *)memory.data());
}

// A client's callback that keeps what it was told.
class StatusCallback : public IDODownloadStatusCallback
{
    std::atomic<ULONG> references{1};
    std::mutex gate;
    std::vector<DO_DOWNLOAD_STATUS> told;

public:
    std::atomic<int> calls{0}, running{0}, atOnce{0};
    std::function<HRESULT(IDODownload *, const DO_DOWNLOAD_STATUS *)> act;

    HRESULT QueryInterface(REFIID iid, void **found) override
    {
        *found = iid == IID_IUnknown || iid == IID_IDODownloadStatusCallback ? this : nullptr;
        return *found ? (AddRef(), S_OK) : E_NOINTERFACE;
    }
    ULONG AddRef() override { return ++references; }
    ULONG Release() override { return --references; }
    ULONG Count() const { return references; }
    HRESULT OnStatusChange(IDODownload *download, const DO_DOWNLOAD_STATUS *status) override
    {
        int now = ++running;
        if (now > atOnce) atOnce = now;
        { std::lock_guard<std::mutex> lock(gate); told.push_back(*status); }
        HRESULT hr = act ? act(download, status) : S_OK;
        --running;
        ++calls;
        return hr;
    }
    std::vector<DO_DOWNLOAD_STATUS> Told() { std::lock_guard<std::mutex> lock(gate); return told; }
    bool WasTold(DODownloadState state)
    {
        for (auto &one : Told()) if (one.State == state) return true;
        return false;
    }
};

// A client's stream, of which nothing but Write works.
class Sink : public IStream
{
    std::atomic<ULONG> references{1};
    std::mutex gate;
    std::string bytes;

public:
    std::atomic<int> writes{0};
    std::function<HRESULT(const void *, ULONG, ULONG *)> act; // in place of taking the bytes

    HRESULT QueryInterface(REFIID iid, void **found) override
    {
        *found = iid == IID_IUnknown || iid == IID_ISequentialStream || iid == IID_IStream ? this : nullptr;
        return *found ? (AddRef(), S_OK) : E_NOINTERFACE;
    }
    ULONG AddRef() override { return ++references; }
    ULONG Release() override { return --references; }
    ULONG Count() const { return references; }
    HRESULT Write(const void *from, ULONG count, ULONG *written) override
    {
        ++writes;
        HRESULT hr = act ? act(from, count, written) : S_OK;
        if (SUCCEEDED(hr) && !act) Take(from, count);
        return hr;
    }
    void Take(const void *from, ULONG count) { std::lock_guard<std::mutex> lock(gate); bytes.append((const char *)from, count); }
    std::string Bytes() { std::lock_guard<std::mutex> lock(gate); return bytes; }
    HRESULT Read(void *, ULONG, ULONG *) override { return E_NOTIMPL; }
    HRESULT Seek(LARGE_INTEGER, DWORD, ULARGE_INTEGER *) override { return E_NOTIMPL; }
    HRESULT SetSize(ULARGE_INTEGER) override { return E_NOTIMPL; }
    HRESULT CopyTo(IStream *, ULARGE_INTEGER, ULARGE_INTEGER *, ULARGE_INTEGER *) override { return E_NOTIMPL; }
    HRESULT Commit(DWORD) override { return E_NOTIMPL; }
    HRESULT Revert() override { return E_NOTIMPL; }
    HRESULT LockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) override { return E_NOTIMPL; }
    HRESULT UnlockRegion(ULARGE_INTEGER, ULARGE_INTEGER, DWORD) override { return E_NOTIMPL; }
    HRESULT Stat(void *, DWORD) override { return E_NOTIMPL; }
    HRESULT Clone(IStream **) override { return E_NOTIMPL; }
};
#endif
